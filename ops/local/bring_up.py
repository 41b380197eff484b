"""Brings the local deployment up, from whatever there is to a dashboard that answers."""

import http.client
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from filelock import Timeout

from ops.data import Findings, check, write_sample
from ops.deployment import VERSION_VARIABLE, Deployment
from ops.errors import OpsError
from ops.image import publish
from ops.local.agent_control import AgentControl
from ops.local.agent_record import AgentRecord
from ops.local.emulator import LOOPBACK, Emulator, Started
from ops.local.folder import LocalFolder
from ops.local.service import read_service
from ops.local.task_container import engine_is_usable
from ops.progress import Step
from ops.releases import object_exists, push
from ops.state_bucket import STACK as STATE_STACK

# What the image and the data need, and what takes long and needs neither.
_FIRST_STACKS = ("ecr", "bucket", "vpc")
_TASKS_SECONDS = 180
# So many failures in a row, without a task that is ready, are not going to end by themselves.
_HOPELESS_FAILURES = 5
_PAGE_SECONDS = 30
# Every page of a Dash application holds its configuration; MiniStack's own answers do not.
_PAGE_MARK = b"_dash-config"


def bring_up(deployment: Deployment) -> str:
    """Start and deploy what is missing or out of date, and return the dashboard's address once it answers.

    Run again, it changes nothing: stacks that Terraform has nothing to do for are passed over, and data are kept.
    Raises OpsError, with the last lines of a task's log where the tasks do not come up.
    """
    folder = LocalFolder.of(deployment.settings)
    folder.create()
    try:
        with folder.lock().acquire(timeout=0):
            return _bring_up(deployment)
    except Timeout:
        raise OpsError("another `up` or `down` of this deployment runs: wait for it to end") from None


def _bring_up(deployment: Deployment) -> str:
    settings, progress = deployment.settings, deployment.progress
    emulator, agent = Emulator(settings), AgentControl(settings)
    with progress.step("local AWS") as step:
        started = emulator.start()
        step.outcome = f"{started.value}, on {settings.endpoint_url}"
    deployment.synth()
    if started is Started.EMPTY:
        deployment.forget_applied()  # what Terraform made is gone, though its states are as they were
    deployment.ensure_state(skip_unchanged=True)
    first = deployment.with_missing_producers(_FIRST_STACKS)
    deployment.apply(*first, skip_unchanged=True)
    version = _publish_image(deployment)
    _provide_data(deployment)
    rest = [name for name in deployment.names if name not in (STATE_STACK, *first)]
    deployment.apply(*rest, variables={VERSION_VARIABLE: version}, skip_unchanged=True)
    with progress.step("tasks") as step:
        agent.start()
        count = _wait_for_tasks(deployment, agent, step)
    # With the tasks up: they need the emulator when they start, and are not troubled by a moment without it later.
    with progress.step("save") as step:
        step.outcome = "the state of the local AWS is on disk" if emulator.save() else "nothing to save"
    url = str(deployment.outputs("service")["dashboard_url"])
    if count:
        with progress.step("dashboard") as step:
            _wait_for_page(url)
            step.outcome = "answers through the load balancer"
    return url


def _publish_image(deployment: Deployment) -> str:
    with deployment.progress.step("image") as step:
        published = publish(deployment.aws, build=engine_is_usable())
        step.outcome = f"version {published.version}, {'published' if published.new else 'unchanged'}"
        if published.stand_in:
            step.outcome += "; no usable Docker engine runs, so the sources stand for the image"
        return published.version


def _provide_data(deployment: Deployment) -> None:
    with deployment.progress.step("data") as step:
        if object_exists(deployment.aws):
            step.outcome = "kept as it is"
            return
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "sample.csv"
            write_sample(file)
            found = check(file, deployment.settings)
            if isinstance(found, Findings):
                raise OpsError(f"the sample data are refused: {found.findings[0].message}")
            push(deployment.aws, file, found)
        step.outcome = "sample data uploaded"


def _wait_for_tasks(deployment: Deployment, agent: AgentControl, step: Step) -> int:
    """Wait until the agent runs what the service wants, and return how many tasks that are."""
    deadline = time.monotonic() + _TASKS_SECONDS
    while True:
        record = agent.record()
        if record is None:
            raise OpsError(f"the agent that runs the tasks has ended: see {agent.folder.agent_log}")
        if record.steady and _is_current(deployment, record):
            step.outcome = f"{record.desired_count} healthy"
            return record.desired_count
        hopeless = record.failures >= _HOPELESS_FAILURES and not record.ready_tasks
        if hopeless or time.monotonic() > deadline:
            raise OpsError(_tasks_failure(record, agent))
        time.sleep(0.2)


def _is_current(deployment: Deployment, record: AgentRecord) -> bool:
    """Tell whether the agent's view is that of now, not of before the last apply."""
    try:
        service = read_service(deployment.aws.ecs, deployment.settings)
    except (BotoCoreError, ClientError):
        return False
    if service is None:
        raise OpsError(f"there is no ECS service '{deployment.settings.service_name}': `destroy` it, then `up` again")
    return (service.task_definition, service.desired_count) == (record.task_definition, record.desired_count)


def _tasks_failure(record: AgentRecord, agent: AgentControl) -> str:
    message = f"{len(record.ready_tasks)} of {record.desired_count} tasks are healthy"
    if record.problem:
        message += f": {record.problem}"
    if failure := record.last_failure:
        message += f"; the last failure: task {failure.task} {failure.reason}"
        message += "".join(f"\n  {line}" for line in failure.lines)
    return f"{message}\nsee ./dashctl logs and {agent.folder.agent_log}"


def _wait_for_page(url: str) -> None:
    deadline = time.monotonic() + _PAGE_SECONDS
    while not (answer := _get(url))[0]:
        if time.monotonic() > deadline:
            raise OpsError(f"the tasks are healthy, but {url} does not show the dashboard: {answer[1]}")
        time.sleep(0.2)


def _get(url: str) -> tuple[bool, str]:
    """Return whether the dashboard answers at its address, and how it was answered else.

    The name under `.localhost` need not resolve everywhere (browsers resolve it themselves), so it is only named.
    """
    address = urlsplit(url)
    connection = http.client.HTTPConnection(LOOPBACK, address.port, timeout=10)
    try:
        connection.request("GET", address.path, headers={"Host": address.netloc})
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        return False, str(error)
    finally:
        connection.close()
    return response.status == http.client.OK and _PAGE_MARK in body, f"{response.status} {body[:200]!r}"
