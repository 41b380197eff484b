"""Plans stacks from nothing, offline, as `terraform show -json` tells them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ops.deployment import Deployment
from ops.interrupts import interrupts_forwarded
from ops.offline.aws import VERSION, offline_aws
from ops.offline.copies import make_offline_root, offline_environ
from ops.terraform import Terraform, read_configuration

_PLAN = "tfplan"


def plan_offline(deployment: Deployment, names: Sequence[str], folder: Path) -> dict[str, dict[str, Any]]:
    """Return the plan of each synthesized stack, as if it and all others were not deployed.

    The plans are made in the new `folder`, by the real Terraform and AWS provider; each is in the form of
    https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
    A stack without resources has none. Raises OpsError with what Terraform complains of where they cannot be planned.
    """
    sources = {name: deployment.folder(name) for name in names}
    planned = {name: source for name, source in sources.items() if "resource" in read_configuration(source)}
    if not planned:
        return {}
    told = "interrupted: waiting for Terraform to end"
    with (
        offline_aws() as endpoint,
        interrupts_forwarded(lambda: deployment.progress.say(told)),
        deployment.progress.step("plan") as step,
    ):
        make_offline_root(planned, folder, endpoint=endpoint, version=VERSION)
        terraform = Terraform(folder, step, environ=offline_environ(endpoint))
        terraform.init_local_backend()
        step.outcome = terraform.plan(folder / _PLAN, lock=False).summary
        shown = terraform.show(folder / _PLAN)
    return {name: plan_of_module(shown, name) for name in planned}


def plan_of_module(shown: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the part of a plan that is a module's, as if that were planned alone."""
    module = f"module.{name}"
    changes = shown.get("resource_changes", [])
    return {
        "format_version": shown["format_version"],
        "terraform_version": shown["terraform_version"],
        "planned_values": {"root_module": _values(shown.get("planned_values", {}), module)},
        "prior_state": {"values": {"root_module": _values(shown.get("prior_state", {}).get("values", {}), module)}},
        "resource_changes": [_alone(change, module) for change in changes if change.get("module_address") == module],
        "configuration": {"root_module": shown["configuration"]["root_module"]["module_calls"][name]["module"]},
    }


def _values(values: Mapping[str, Any], module: str) -> dict[str, Any]:
    modules = values.get("root_module", {}).get("child_modules", [])
    resources = [resource for child in modules if child["address"] == module for resource in child.get("resources", [])]
    return {"resources": [_alone(resource, module) for resource in resources]}


def _alone(resource: Mapping[str, Any], module: str) -> dict[str, Any]:
    kept = {key: value for key, value in resource.items() if key != "module_address"}
    return kept | {"address": resource["address"].removeprefix(f"{module}.")}
