"""A review and drift of stacks that are deployed to the emulator, by the real Terraform and AWS provider."""

import uuid
from pathlib import Path

import pytest

from ops.deployment import Deployment
from ops.policy.allowed import Sorted
from ops.policy.scan import Outcome
from ops.progress import Progress
from ops.review import gather
from ops.review.drift_review import review_drift
from ops.review.markdown import as_markdown
from tests.settings import settings_of

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("ops_emulator")]


@pytest.fixture
def deployment(emulator_port: int, tmp_path: Path, progress: Progress, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """The repository's stack and the state's, just deployed."""
    environ = {
        "DASH_ENV": "local",
        "DASH__LOCAL__PORT": str(emulator_port),
        "DASH__STATE__BUCKET": f"state-{uuid.uuid4()}",
        "DASH__ECR__REPOSITORY": f"dashboard-{uuid.uuid4()}",
        "CDKTF_OUTDIR": str(tmp_path / "out"),
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    deployed = Deployment(settings_of(environ), progress)
    deployed.synth()
    deployed.ensure_state()
    deployed.apply("ecr")
    # It is the same for every plan, and takes long.
    passed = Outcome("local", Sorted((), (), ()), 0, 0, ())
    monkeypatch.setattr(gather, "judge", lambda *_: passed)
    return deployed


def test_what_is_changed_by_hand_is_drift_and_nothing_else_is(deployment: Deployment) -> None:
    found = review_drift(deployment, [])
    assert (found.verdict, found.exit_code) == ("Nothing differs.", 0)
    assert {stack.name for stack in found.stacks} == {"state", "ecr"}
    assert {"vpc", "alb", "service"} <= set(found.not_deployed)

    ecr, s3 = deployment.aws.ecr, deployment.aws.s3
    name = deployment.settings.ecr.repository
    ecr.delete_lifecycle_policy(repositoryName=name)
    arn = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]["repositoryArn"]
    ecr.tag_resource(resourceArn=arn, tags=[{"Key": "team", "Value": "mine"}])
    s3.put_bucket_versioning(
        Bucket=deployment.settings.state_bucket_name, VersioningConfiguration={"Status": "Suspended"}
    )

    found = review_drift(deployment, [])
    assert found.exit_code == 2
    told = {(drift.address.partition(".")[0], drift.remedy) for stack in found.stacks for drift in stack.drift}
    team = deployment.settings.project.team
    assert told == {
        ("aws_ecr_lifecycle_policy", "makes it again"),
        ("aws_ecr_repository", f'sets it to "{team}"'),
        ("aws_s3_bucket_versioning", 'sets it to "Enabled"'),
    }
    assert [stack.changes for stack in found.not_applied] == [(), ()]


def test_a_review_tells_the_deployed_stacks_from_those_to_come(deployment: Deployment) -> None:
    found = gather.review(deployment, ["ecr", "vpc", "alb", "service"], None)
    stacks = {stack.name: stack for stack in found.stacks}
    assert (stacks["ecr"].changes, stacks["ecr"].against_aws) == ((), True)
    assert {change.action for change in stacks["vpc"].changes} == {"create"}
    assert stacks["vpc"].against_aws
    assert stacks["alb"].note.startswith("Not planned against AWS: it needs vpc, not deployed yet")
    assert "no version of the dashboard is deployed" in stacks["service"].note
    assert "aws_ecs_service.service" in " ".join(change.address for change in stacks["service"].changes)
    assert found.exit_code in {2, 3}
    assert not list(deployment.output_folder.rglob("tfplan"))
    assert f"### alb: {stacks['alb'].counts}" in as_markdown(found, None)
