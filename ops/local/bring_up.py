"""Brings the local deployment up, from whatever there is to a dashboard that answers."""

from ops.delivery import BUCKET, REGISTRY, provide_data, see_it_run
from ops.deployment import VERSION_VARIABLE, Deployment
from ops.images.publish import publish
from ops.local.local_aws import local_aws
from ops.local.task_container import engine_is_usable
from ops.state_bucket import STACK as STATE_STACK

# What the image and the data need, and what takes long and needs neither.
_FIRST_STACKS = (REGISTRY, BUCKET, "vpc")
# So many failures in a row, without a task that is ready, are not going to end by themselves.
_HOPELESS_FAILURES = 5


def bring_up(deployment: Deployment) -> str:
    """Start and deploy what is missing or out of date, and return the dashboard's address once it answers.

    Run again, it changes nothing: stacks that Terraform has nothing to do for are passed over, and data are kept.
    Raises OpsError, with the last lines of a task's log where the tasks do not come up.
    """
    with local_aws(deployment):
        deployment.synth()
        deployment.ensure_state(skip_unchanged=True)
        first = deployment.with_missing_producers(_FIRST_STACKS)
        deployment.apply(*first, skip_unchanged=True)
        version = _publish_image(deployment)
        provide_data(deployment, None)
        rest = [name for name in deployment.names if name not in (STATE_STACK, *first)]
        deployment.apply(*rest, variables={VERSION_VARIABLE: version}, skip_unchanged=True)
        return see_it_run(deployment, failures=_HOPELESS_FAILURES)


def _publish_image(deployment: Deployment) -> str:
    with deployment.progress.step("image") as step:
        published = publish(deployment.aws, build=engine_is_usable())
        step.outcome = f"version {published.version}, {'published' if published.new else 'unchanged'}"
        if published.stand_in:
            step.outcome += "; no usable Docker engine runs, so the sources stand for the image"
        return published.version
