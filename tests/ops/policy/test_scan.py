"""The verb, with the real Terraform, AWS provider and Checkov: what the stacks would make passes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.settings import environ_for_children
from tests.stacks.synthesized import ENVIRONMENTS

ROOT = Path(__file__).parents[3]
# Where nothing listens: a scan that asks a network for anything fails.
UNREACHABLE = "http://127.0.0.1:9"


def run(environment: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `./dashctl policy` where there are no AWS credentials and there is no network."""
    environ = {name: value for name, value in environ_for_children().items() if not name.startswith("AWS_")}
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), UNREACHABLE)
    return subprocess.run(
        [sys.executable, "-m", "ops", "policy", *arguments],
        cwd=ROOT,
        env=environ | ENVIRONMENTS[environment] | proxies | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=540,
    )


@pytest.mark.policy
@pytest.mark.parametrize("environment", ["prod", "dev"])
def test_nothing_fails_that_is_not_allowed(environment: str) -> None:
    ended = run(environment, "--json")
    assert ended.stdout, ended.stderr
    found = json.loads(ended.stdout)
    assert found["failed"] == []
    assert found["stale"] == []
    assert (ended.returncode, found["passed"]) == (0, True)
    assert found["checks"] > 200
    assert {"state", "vpc", "alb", "service", "bucket"} <= set(found["stacks"])
    checks = {finding["check"].partition("_")[0] for finding in found["allowed"]}
    assert checks == {"CKV", "CKV2", "DASH"}


@pytest.mark.unit
def test_a_stack_that_is_not_there_is_told() -> None:
    ended = run("prod", "nothing")
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("error: there is no stack 'nothing': the stacks are state, ")


@pytest.mark.unit
def test_an_allow_list_that_cannot_be_read_ends_the_scan_at_once(tmp_path: Path) -> None:
    for file in (ROOT / "tests" / "settings").glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "allowed.toml").write_text('[[allow]]\ncheck = "CKV_AWS_1"\n')
    environ = environ_for_children() | ENVIRONMENTS["prod"] | {"DASH_CONFIG_FOLDER": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-m", "ops", "policy"], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1
    assert "allowed.toml: entry 1 ([[allow]]): reason is missing" in ended.stderr
    assert "synth" not in ended.stdout
