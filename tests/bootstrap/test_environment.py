"""What verbs find in their environment."""

from pathlib import Path

import pytest

from bootstrap.environment import environment
from bootstrap.paths import Paths

pytestmark = pytest.mark.unit

PATHS = Paths(Path("/checkout"))
TERRAFORM = Path("/usr/bin/terraform")


def test_what_is_installed_comes_first_and_the_rest_passes_through() -> None:
    caller = {"PATH": "/usr/bin:/bin", "AWS_PROFILE": "me", "TF_VAR_dashboard_version": "1.0.0", "PYTHONHOME": "/x"}
    env = environment(PATHS, caller, TERRAFORM, None)
    assert env["PATH"].split(":") == [
        "/checkout/.dashctl/bin",
        "/checkout/.dashctl/venv/bin",
        str(PATHS.node_bin),
        "/checkout/node_modules/.bin",
        "/usr/bin",
        "/bin",
    ]
    assert env["AWS_PROFILE"] == "me"
    assert env["TF_VAR_dashboard_version"] == "1.0.0"
    assert env["TERRAFORM_BINARY_NAME"] == "/usr/bin/terraform"
    assert env["DASHCTL_EMULATOR"] == "/checkout/.dashctl/emulator/bin/ministack"
    assert env["DASHCTL_CHECKOV"] == "/checkout/.dashctl/checkov/bin/python"
    assert env["DASHCTL_LAST_CDKTF"] == "/checkout/.dashctl/last_cdktf/bin/python"
    assert "PYTHONHOME" not in env


def test_it_is_the_same_for_a_verbs_own_children() -> None:
    once = environment(PATHS, {"PATH": "/usr/bin"}, TERRAFORM, Path("/checkout/.dashctl/terraformrc"))
    assert environment(PATHS, once, TERRAFORM, Path("/checkout/.dashctl/terraformrc")) == once


def test_a_terraform_configuration_that_is_not_to_be_used_is_unset() -> None:
    assert "TF_CLI_CONFIG_FILE" not in environment(PATHS, {"TF_CLI_CONFIG_FILE": "/missing"}, TERRAFORM, None)


def test_settings_of_the_caller_are_kept() -> None:
    caller = {"TF_PLUGIN_CACHE_DIR": "/shared", "CDKTF_SKIP_PROVIDER_LOCK": "false"}
    env = environment(PATHS, caller, TERRAFORM, None)
    assert env["TF_PLUGIN_CACHE_DIR"] == "/shared"
    assert env["CDKTF_SKIP_PROVIDER_LOCK"] == "false"
    assert "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE" not in env
