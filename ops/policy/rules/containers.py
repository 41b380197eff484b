"""Rules for the containers of a task definition, which Checkov reads only in part."""

import re
from collections.abc import Callable, Iterator

from ops.policy.container_definitions import Container, containers_of
from ops.policy.documents import UnreadableError
from ops.policy.planned import PlannedStack, Resource, UnknownValueError
from ops.policy.rules.rule import Judge, Rule

_PARAMETERS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html"
_SECURITY = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html"

_TASK_DEFINITION = "aws_ecs_task_definition"
_BY_DIGEST = re.compile(r"[^@\s]+@sha256:[0-9a-f]{64}")
_ROOT = {"", "0", "root"}


def _known(resource: Resource, _: PlannedStack) -> Iterator[str]:
    if not containers_of(resource):
        yield "there are no container definitions"


def _each_container(problem: Callable[[Container], str]) -> Judge:
    """Return a judge that asks for the problem of each container; "" where there is none.

    Where they cannot be known or read it finds nothing: DASH_CONTAINER_KNOWN fails then, once for all these rules.
    """

    def judge(resource: Resource, _: PlannedStack) -> Iterator[str]:
        try:
            containers = containers_of(resource)
        except (UnknownValueError, UnreadableError):
            return
        for name, container in containers:
            if found := problem(container):
                yield f"container {name}: {found}"

    return judge


def _privileged(container: Container) -> str:
    return "privileged is true" if container.get("privileged") else ""


def _user(container: Container) -> str:
    user = str(container.get("user", ""))
    return f"user is {user or 'not set'}" if user.partition(":")[0] in _ROOT else ""


def _writable(container: Container) -> str:
    return "" if container.get("readonlyRootFilesystem") is True else "readonlyRootFilesystem is not true"


def _capabilities(container: Container) -> str:
    capabilities = (container.get("linuxParameters") or {}).get("capabilities") or {}
    if added := capabilities.get("add"):
        return f"adds {', '.join(added)}"
    return "" if "ALL" in capabilities.get("drop", []) else "does not drop ALL"


def _log(container: Container) -> str:
    return "" if (container.get("logConfiguration") or {}).get("logDriver") else "has no logConfiguration"


def _image(container: Container) -> str:
    image = str(container.get("image", ""))
    return "" if _BY_DIGEST.fullmatch(image) else f"image is {image or 'not set'}"


def _stop_timeout(container: Container) -> str:
    return "" if container.get("stopTimeout") else "has no stopTimeout"


def _health_check(container: Container) -> str:
    return "" if (container.get("healthCheck") or {}).get("command") else "has no healthCheck"


def _rule(id_: str, demand: str, remedy: str, guideline: str, problem: Callable[[Container], str]) -> Rule:
    return Rule(id_, demand, remedy, guideline, (_TASK_DEFINITION,), _each_container(problem))


RULES = (
    Rule(
        "DASH_CONTAINER_KNOWN",
        "Container definitions are known at plan time, so that they can be judged before they run",
        "give them only values that are known before the apply: no attribute of a resource of the same stack",
        _PARAMETERS,
        (_TASK_DEFINITION,),
        _known,
    ),
    _rule(
        "DASH_CONTAINER_PRIVILEGED",
        "No container is privileged: it would have the rights of root on its host",
        "leave out privileged",
        _SECURITY,
        _privileged,
    ),
    _rule(
        "DASH_CONTAINER_USER",
        "A container runs as a user other than root, and says so whatever its image says",
        'set user to the number of a user of the image, such as "10001"',
        _SECURITY,
        _user,
    ),
    _rule(
        "DASH_CONTAINER_WRITABLE",
        "The root file system of a container is read-only, so that nobody can change what it runs",
        "set readonlyRootFilesystem to true; mount a volume where it has to write",
        _SECURITY,
        _writable,
    ),
    _rule(
        "DASH_CONTAINER_CAPABILITIES",
        "A container drops all Linux capabilities: a web service needs none",
        'set linuxParameters.capabilities.drop to ["ALL"]',
        _SECURITY,
        _capabilities,
    ),
    _rule(
        "DASH_CONTAINER_LOG",
        "A container's output is kept: it is all that tells why a task stopped",
        "set logConfiguration, for example with the log driver awslogs",
        _PARAMETERS,
        _log,
    ),
    _rule(
        "DASH_CONTAINER_IMAGE",
        "An image is named by its digest: a tag, latest above all, can mean another image tomorrow",
        "name it as repository@sha256:…",
        _SECURITY,
        _image,
    ),
    _rule(
        "DASH_CONTAINER_STOP",
        "A container says how long it may take to end: the default of 30 s cuts requests off, or makes stops slow",
        "set stopTimeout, in seconds",
        _PARAMETERS,
        _stop_timeout,
    ),
    _rule(
        "DASH_CONTAINER_HEALTH",
        "A container tells whether it works, so that ECS replaces one that hangs",
        "set healthCheck with a command that the image holds",
        _PARAMETERS,
        _health_check,
    ),
)
