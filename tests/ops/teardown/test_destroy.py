"""`destroy` on the emulator: what is protected stays, all else goes, and what is left is named."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from ops.aws import Aws
from ops.deployment import ROOT, Deployment
from ops.progress import Progress
from ops.teardown.contents import bucket_contents, repository_contents
from tests.settings import settings_of

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("ops_emulator")]

MANIFEST = '{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []}'


@pytest.fixture
def environ(emulator_port: int, tmp_path: Path) -> dict[str, str]:
    """Names and tags of the test's own."""
    mark = uuid.uuid4().hex[:8]
    return {
        "DASH_ENV": "local",
        "DASH__PROJECT__NAME": f"p{mark}",
        "DASH__ECR__REPOSITORY": f"dashboard-{mark}",
        "DASH__CLUSTER__NAME": f"Cluster{mark}",
        "DASH__LOCAL__PORT": str(emulator_port),
        "CDKTF_OUTDIR": str(tmp_path / "out"),
    }


@pytest.fixture
def aws(environ: dict[str, str]) -> Aws:
    return Aws(settings_of(environ))


def fill(aws: Aws) -> None:
    """Put an image into the registry and three releases into the data bucket."""
    settings = aws.settings
    aws.ecr.put_image(repositoryName=settings.repository_name, imageManifest=MANIFEST, imageTag="1.0.0")
    for release in (b"1", b"2", b"3"):
        aws.s3.put_object(Bucket=settings.data_bucket_name, Key=settings.bucket.object_key, Body=release)


def put_state(aws: Aws, stack: str, kind: str, **attributes: Any) -> None:  # noqa: ANN401
    """Write a Terraform state with one resource."""
    resource = {"mode": "managed", "type": kind, "name": "any", "instances": [{"attributes": attributes}]}
    state = {"version": 4, "outputs": {}, "resources": [resource]}
    aws.s3.put_object(
        Bucket=aws.settings.state_bucket_name, Key=aws.settings.state_key(stack), Body=json.dumps(state).encode()
    )


def destroy(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops", "destroy", "--yes"],
        cwd=ROOT,
        env=os.environ | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize(
    ("set_now", "said"),
    [("false", "set {} = true in config/local.toml"), ("true", "{} = true is set, but not deployed")],
)
def test_what_is_protected_stays(aws: Aws, environ: dict[str, str], set_now: str, said: str) -> None:
    settings = aws.settings
    bucket, repository = settings.data_bucket_name, settings.repository_name
    aws.ecr.create_repository(repositoryName=repository)
    aws.s3.create_bucket(Bucket=settings.state_bucket_name)
    aws.s3.create_bucket(Bucket=bucket)
    aws.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    fill(aws)
    put_state(aws, "bucket", "aws_s3_bucket", bucket=bucket, force_destroy=False)
    put_state(aws, "ecr", "aws_ecr_repository", name=repository, force_delete=False)

    refused = destroy(environ | {"DASH__BUCKET__FORCE_DESTROY": set_now, "DASH__ECR__FORCE_DELETE": set_now})

    assert refused.returncode == 1
    assert f"  the data bucket {bucket}: 3 object versions, 3 B\n" in refused.stdout
    assert f"3 object versions, 3 B: {said.format('bucket.force_destroy')}\n" in refused.stderr
    assert f"  the repository {repository}: 1 image, " in refused.stderr
    assert f": {said.format('ecr.force_delete')}\n" in refused.stderr
    assert "./dashctl deploy bucket ecr --env local" in refused.stderr
    assert len(aws.s3.list_object_versions(Bucket=bucket)["Versions"]) == 3
    assert aws.ecr.describe_repositories(repositoryNames=[repository])["repositories"]


def test_what_was_deployed_goes_with_what_is_in_it(
    aws: Aws, environ: dict[str, str], progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    deployment = Deployment(aws.settings, progress)
    deployment.synth()
    deployment.ensure_state()
    deployment.apply("ecr", "bucket")
    fill(aws)

    destroyed = destroy(environ)

    settings = aws.settings
    assert destroyed.returncode == 0, destroyed.stderr
    assert f"bucket: empty {settings.data_bucket_name}: 3 object versions deleted" in destroyed.stdout
    assert f"none with the tags environment=local and project={settings.project.name}" in destroyed.stdout
    assert f"kept: the bucket of the Terraform state, {settings.state_bucket_name}" in destroyed.stdout
    assert bucket_contents(aws, settings.data_bucket_name) is None
    assert repository_contents(aws, settings.repository_name) is None
    aws.s3.head_bucket(Bucket=settings.state_bucket_name)


def test_what_terraform_does_not_know_is_left_and_named(aws: Aws, environ: dict[str, str]) -> None:
    settings = aws.settings
    strange = f"{settings.project.name}-forgotten"
    tags = {"environment": "local", "project": settings.project.name, "stack": "bucket"}
    aws.s3.create_bucket(Bucket=strange)
    aws.s3.put_bucket_tagging(Bucket=strange, Tagging={"TagSet": [{"Key": k, "Value": v} for k, v in tags.items()]})
    aws.s3.put_object(Bucket=strange, Key="theirs", Body=b"1")

    ended = destroy(environ)

    assert ended.returncode == 1
    assert "nothing is deployed in environment 'local'" in ended.stdout
    assert f"  arn:aws:s3:::{strange}: empty and delete it in the console of S3" in ended.stderr
    assert aws.s3.get_object(Bucket=strange, Key="theirs")["Body"].read() == b"1"
