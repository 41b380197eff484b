"""Copies synthesized stacks so that they plan away from any backend, account and other stack."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.deployment import REMOTE_OUTPUT, VERSION_VARIABLE
from ops.offline.outputs import MadeUpOutputs
from ops.terraform import CONFIGURATION, read_configuration

_ASKED = ("ecr", "sts")
_OVERRIDES = "offline_override.tf.json"


def make_offline_root(sources: Mapping[str, Path], folder: Path, *, endpoint: str, version: str) -> None:
    """Make one configuration of several synthesized stacks in the new `folder`: each is a module of its own name.

    Override files put made-up outputs in the place of the other stacks' remote state, `endpoint` (a URL) answers in the
    place of AWS: https://developer.hashicorp.com/terraform/language/files/override

    They are planned at once: Terraform and the provider load the schemas of all AWS resources once, where 11 stacks
    apart take 75 s of CPU, together 14 s. One provider serves all stacks, so that they have the tags `stack` and `cost`
    of the first. `version` is that of the dashboard. Raises OpsError where a configuration cannot be read.
    """
    configurations = {name: read_configuration(source) for name, source in sources.items()}
    modules: dict[str, dict[str, str]] = {}
    for name, source in sources.items():
        module = folder / name
        module.mkdir(parents=True)
        configuration = {key: value for key, value in configurations[name].items() if key != "provider"}
        providers = configuration["terraform"]["required_providers"]
        _write(module / CONFIGURATION, configuration | {"terraform": {"required_providers": providers}})
        _write(module / _OVERRIDES, made_up_states(source, module))
        declares_version = VERSION_VARIABLE in configuration.get("variable", {})
        modules[name] = {"source": f"./{name}"} | ({VERSION_VARIABLE: version} if declares_version else {})
    first = next(iter(configurations.values()))
    root = {
        "terraform": {"required_providers": first["terraform"]["required_providers"]},
        "provider": {"aws": [first["provider"]["aws"][0] | offline_provider(endpoint)]},
        "module": modules,
    }
    _write(folder / CONFIGURATION, root)


def offline_environ(endpoint: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables for Terraform in an offline copy: none of AWS or of Terraform variables, but the endpoint.

    https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/guides/custom-service-endpoints
    """
    kept = {name: value for name, value in environ.items() if not name.startswith(("AWS_", "TF_VAR_"))}
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return kept | nothing | {"AWS_ENDPOINT_URL": endpoint}


def offline_provider(endpoint: str) -> dict[str, Any]:
    """Return the arguments of a provider for which `endpoint` answers in the place of AWS."""
    return {
        # Keys that AWS refuses, and no question to AWS who they belong to.
        "access_key": "offline",
        "secret_key": "offline",
        "allowed_account_ids": [],
        # The stand-in for AWS closes a connection now and then where a machine is very busy.
        "max_retries": 3,
        "skip_credentials_validation": True,
        "skip_metadata_api_check": "true",
        "skip_region_validation": True,
        "skip_requesting_account_id": True,
        # They take the place of all endpoints of a local environment; AWS_ENDPOINT_URL is that of the other services.
        "endpoints": [dict.fromkeys(_ASKED, endpoint)],
    }


def made_up_states(source: Path, folder: Path) -> dict[str, Any]:
    """Write states with made-up outputs into `folder`, and return what puts them in the place of the remote ones."""
    states = {}
    for stack_id, outputs in _made_up_producers(source).items():
        path = folder / f"{stack_id}.producer.json"
        _write(path, _state_with(outputs))
        states[f"cross-stack-reference-input-{stack_id}"] = {"backend": "local", "config": {"path": str(path)}}
    return {"data": {"terraform_remote_state": states}} if states else {}


def _made_up_producers(source: Path) -> dict[str, dict[str, Any]]:
    """Return, by the id of the stack that has them, values for all outputs that the stack in `source` reads."""
    needed: dict[str, set[str]] = {}
    for stack_id, output in REMOTE_OUTPUT.findall((source / CONFIGURATION).read_text(encoding="utf-8")):
        needed.setdefault(stack_id, set()).add(output)
    made_up = {}
    for stack_id, outputs in needed.items():
        producer = MadeUpOutputs(read_configuration(source.parent / stack_id))
        made_up[stack_id] = {output: producer.value(output) for output in sorted(outputs)}
    return made_up


def _state_with(outputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": 4,
        "terraform_version": "1.11.0",
        "serial": 1,
        "lineage": "00000000-0000-0000-0000-000000000000",
        "outputs": {name: {"value": value, "type": _type_of(value)} for name, value in outputs.items()},
        "resources": [],
    }


def _type_of(value: object) -> Any:  # noqa: ANN401 - any JSON
    """Return the type of a value as states have it."""
    if isinstance(value, list):
        return ["tuple", [_type_of(item) for item in value]]
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else "string"


def _write(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(content), encoding="utf-8")
