"""Has ECS try a version again that it has given up."""

from ops.aws import Aws
from ops.progress import Step
from ops.rollout.observed import Observed, RolloutState
from ops.rollout.verdict import Wanted


def retry_given_up(aws: Aws, wanted: Wanted, before: Observed, step: Step) -> None:
    """Start a new rollout where ECS had given up this very task definition `before`, and stays with it.

    That is after a first deployment which failed: there was no version to go back to. Terraform has nothing to do then,
    though what made the tasks fail, such as a secret, may have been mended.
    """
    primary = before.primary
    if primary is None or primary.state != RolloutState.FAILED or primary.task_definition != wanted.task_definition:
        return
    settings = aws.settings
    step.note(f"ECS had given up version {wanted.version}: it is told to try again")
    with aws.errors():
        aws.ecs.update_service(cluster=settings.cluster_name, service=settings.service_name, forceNewDeployment=True)
