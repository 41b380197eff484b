"""What is wrong with credentials, account or network, in words."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from config import Settings
from ops.aws import Aws
from ops.deployment import ROOT, Deployment
from ops.errors import OpsError
from tests.settings import settings_of

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def dev() -> Settings:
    return settings_of({"DASH_ENV": "dev", "DASH__AWS__ACCOUNT_ID": "111111111111"})


@pytest.fixture
def dev_with_keys(dev: Settings, monkeypatch: pytest.MonkeyPatch) -> Aws:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    return Aws(dev)


def test_missing_credentials_say_where_they_come_from(dev: Settings) -> None:
    with pytest.raises(OpsError, match="there are no AWS credentials: run `aws configure`"):
        Aws(dev).require_account()


def test_an_unknown_profile_is_named(dev: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(OpsError, match=r"\(nobody\).*set AWS_PROFILE"):
        Aws(dev).require_account()


def test_an_unknown_profile_is_one_line_without_a_traceback() -> None:
    variables = {"DASH_ENV": "dev", "DASH__AWS__ACCOUNT_ID": "111111111111", "AWS_PROFILE": "nobody"}
    for arguments in (("deploy",), ("diff",), ("data", "list"), ("logs",)):
        ended = subprocess.run(
            [sys.executable, "-m", "ops", *arguments],
            cwd=ROOT,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode == 1
        told = "error: The config profile (nobody) could not be found: set AWS_PROFILE to a profile of ~/.aws/config\n"
        assert ended.stderr == told


@pytest.mark.parametrize("files", ["", "[profile", "[default]\nregion = mars\nendpoint_url = http://192.0.2.1:1\n"])
def test_the_local_aws_needs_none_of_the_persons_profiles(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: str
) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.setenv(name, "nobody")
    for name in ("config", "credentials"):
        (tmp_path / name).write_text(files)
    aws = Aws(settings)

    with pytest.raises(OpsError, match=r"does not run at http://127\.0\.0\.1:1024: "):
        aws.require_account()
    assert aws.sts.meta.region_name == "us-east-1"


def test_terraform_gets_the_profile_except_locally(
    settings: Settings,
    dev: Settings,
    make_stacks: Callable[..., Deployment],
    replayed_calls: Callable[[], list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    deployment = make_stacks({"vpc": []})

    deployment.apply("vpc")
    for call in replayed_calls():
        assert call["profile"] is None

    deployment.settings = dev
    deployment.folder("vpc").mkdir(parents=True)
    (deployment.folder("vpc") / "cdk.tf.json").write_text('{"resource": {"terraform_data": {"made": {}}}}')
    deployment._manifest = {dev.stack_id("vpc"): {"dependencies": []}}
    deployment.apply("vpc")
    assert replayed_calls()[-1]["profile"] == "nobody"


def test_credentials_of_another_account_are_refused(dev_with_keys: Aws) -> None:
    with Stubber(dev_with_keys.sts) as sts:
        sts.add_response("get_caller_identity", {"Account": "222222222222"})

        with pytest.raises(OpsError, match=r"are of account 222222222222, environment 'dev' belongs to 111111111111"):
            dev_with_keys.require_account()


def test_credentials_of_the_account_are_accepted(dev_with_keys: Aws) -> None:
    with Stubber(dev_with_keys.sts) as sts:
        sts.add_response("get_caller_identity", {"Account": "111111111111"})

        dev_with_keys.require_account()

        sts.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ExpiredToken", "have expired: sign in again"),
        ("InvalidClientTokenId", "does not accept the credentials"),
        ("AccessDenied", "AWS refuses GetCallerIdentity: nope: the credentials need the permission"),
        ("Throttling", "AWS refuses GetCallerIdentity: Throttling: nope"),
    ],
)
def test_a_refusal_is_explained(dev_with_keys: Aws, code: str, said: str) -> None:
    with Stubber(dev_with_keys.sts) as sts:
        sts.add_client_error("get_caller_identity", code, "nope")

        with pytest.raises(OpsError, match=said):
            dev_with_keys.require_account()


def test_a_local_aws_that_does_not_run_says_what_starts_it(settings: Settings) -> None:
    with pytest.raises(OpsError, match=r"does not run at http://127\.0\.0\.1:1024: \./dashctl up starts it"):
        Aws(settings).require_account()


def test_a_proxy_of_the_environment_is_not_asked_for_the_local_aws(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:1")

    with pytest.raises(OpsError, match="does not run at http://127"):
        Aws(settings).require_account()
