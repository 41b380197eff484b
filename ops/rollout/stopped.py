"""Why a task stopped: whether that tells against its version, in words, and what to do about it."""

import re

from ops.rollout.observed import Task

# Whatever stops a task for one of these reasons would have stopped a task of any version.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html (stopCode)
_NO_FAULT = {"InfrastructureHealth", "SpotInterruption", "TerminationNotice", "UserInitiated"}
_SCHEDULER = "ServiceSchedulerInitiated"

# A pattern in what ECS or the container says, what it means, and what to do. The first that is found counts.
# The texts: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html and
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
_CAUSES = tuple(
    (re.compile(pattern, re.IGNORECASE), cause, remedy)
    for pattern, cause, remedy in (
        (
            r"exec format error|descriptor matching platform",
            "its image is for another processor",
            "build it for the one that task.architecture names (./dashctl image build does)",
        ),
        (
            r"CannotPull\w*Error",
            "its image cannot be pulled",
            "look whether the registry has it (./dashctl image list), and whether the private subnets have a way to it "
            "(vpc.nat, or vpc.interface_endpoints)",
        ),
        (
            r"ResourceInitializationError.*(secret|ssm|asm|registry auth|KMS)",
            "its secrets, or the key to the registry, cannot be read",
            "look whether the ARNs of [task.secrets] exist, whether task.secrets_key_arns names the keys that they are "
            "encrypted with, and whether the private subnets have a way to them (vpc.nat, or vpc.interface_endpoints)",
        ),
        (
            r"ResourceInitializationError.*log",
            "its log cannot be reached",
            "look whether the log group exists (./dashctl deploy service), and whether the private subnets have a way "
            "to CloudWatch Logs (vpc.nat, or vpc.interface_endpoints)",
        ),
        (
            # 128 + SIGKILL, which comes of nothing else where nobody stopped the task:
            # https://repost.aws/knowledge-center/ecs-task-stopped
            r"OutOfMemory|exit code 137",
            "it ran out of memory",
            "give it more (task.memory), or fewer processes (dashboard.workers), or fewer data",
        ),
        (
            r"ELB health check|fails its health check",
            "it failed the load balancer's health check",
            "look in its log why target_group.health_check_path does not answer 200; a task that needs longer to start "
            "needs more service.health_check_grace_period_seconds",
        ),
        (
            r"container health check",
            "its container failed its own health check",
            "look in its log why the dashboard does not answer",
        ),
        (
            r"assume the role",
            "ECS may not take on the task's role",
            "deploy the service again (./dashctl deploy service): a new role takes some seconds to be known everywhere",
        ),
        (
            r"limit on the number of (tasks|vCPUs)|vCPU.*limit",
            "the account may not run more Fargate tasks",
            "ask for a higher quota of Fargate vCPUs: https://console.aws.amazon.com/servicequotas",
        ),
        (
            r"capacity is unavailable|no capacity",
            "AWS has no capacity for it",
            "wait, ECS goes on asking; or use less Spot (service.spot_share) or more zones (aws.availability_zones)",
        ),
        (
            r"Network Interface|free addresses|IP addresses",
            "it got no address in the subnet",
            "look whether the private subnets have free addresses (vpc.subnet_prefix)",
        ),
        (
            r"TaskFailedToStart|CannotStartContainerError|cannot be started",
            "it cannot be started",
            "look up what ECS says of it, and mend it",
        ),
    )
)
_UNKNOWN_CAUSE = "its container ended by itself"
_UNKNOWN_REMEDY = "look in its log (./dashctl logs), mend it, and deploy the mended version"


def has_failed(task: Task) -> bool:
    """Tell whether a task stopped, or is being stopped, because it cannot run or does not answer."""
    if task.wanted or task.stop_code in _NO_FAULT or "Spot Task was interrupted" in task.stopped_reason:
        return False
    if task.stop_code == _SCHEDULER:
        # ECS has no code of its own for these: https://github.com/aws/containers-roadmap/issues/612
        return "health check" in task.stopped_reason
    return bool(task.stop_code or task.stopped_reason)


def describe_stop(task: Task) -> str:
    """Return why a task stopped: what that means, and what ECS says, with the container's exit code."""
    said = said_of(task)
    return f"task {task.id}: {cause_of(said) or _UNKNOWN_CAUSE} ({said})"


def said_of(task: Task) -> str:
    """Return all that is said about a task's end."""
    parts = [task.stop_code, task.stopped_reason, *(container.reason for container in task.containers)]
    if task.stop_code == _SCHEDULER:
        parts.append(task.target_reason)
    else:  # what the scheduler stops has the exit code of being stopped
        codes = [container.exit_code for container in task.containers if container.exit_code is not None]
        parts += [f"exit code {code}" for code in codes]
    return "; ".join(dict.fromkeys(part.strip() for part in parts if part.strip()))


def cause_of(said: str) -> str:
    """Return what a text of ECS or of a container means; empty where that is not known."""
    return next((cause for pattern, cause, _ in _CAUSES if pattern.search(said)), "")


def remedy_for(said: str) -> str:
    """Return what to do about a text of ECS or of a container."""
    return next((remedy for pattern, _, remedy in _CAUSES if pattern.search(said)), _UNKNOWN_REMEDY)
