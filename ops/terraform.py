"""Runs the terraform binary in a stack's folder and follows its machine-readable output.

https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Any

from filelock import FileLock

from ops.diagnostics import Diagnostic
from ops.errors import OpsError
from ops.interrupts import interrupted, told_of_interrupts
from ops.plan import Plan, read_plan
from ops.progress import Step

CONFIGURATION = "cdk.tf.json"
_POLL_SECONDS = 0.05
_LAST_LINES = 20
_SHOW_SECONDS = 120
# Every command decodes the schemas of all AWS resources. At the default of 100 a plan without changes takes 10 s of
# CPU, with 400 7 s and 0.1 GB more: https://go.dev/doc/gc-guide#GOGC
_GARBAGE_COLLECTION = "400"
_DOING = {"init": "connecting", "import": "importing", "apply": "planning", "destroy": "planning"}


class Terraform:
    """Terraform in one stack's folder.

    `variables` are given to those commands whose configuration declares them; `environ` is the environment that they
    run in. Every method raises OpsError with Terraform's complaints, and KeyboardInterrupt when it was interrupted.
    """

    def __init__(
        self,
        folder: Path,
        step: Step,
        variables: Mapping[str, str] | None = None,
        *,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.folder = folder
        self.step = step
        self.configuration = read_configuration(folder)
        declared = self.configuration.get("variable", {})
        self._environment = {
            "GOGC": _GARBAGE_COLLECTION,
            **environ,
            "TF_IN_AUTOMATION": "1",
            **{f"TF_VAR_{name}": value for name, value in (variables or {}).items() if name in declared},
        }
        self._diagnostics: list[Diagnostic] = []
        self._text: list[str] = []
        self._summary: dict[str, int] = {}
        self._planned = Plan()

    def init(self) -> None:
        """Install the providers and connect to the backend, unless that is done already."""
        if self._is_initialised():
            return
        # -reconfigure: the backend follows the settings, and no state is ever moved by it.
        command = ("init", "-input=false", "-json", "-reconfigure")
        with _one_at_a_time():
            code = self._run(*command)
            if code and any("provider" in diagnostic.summary for diagnostic in self._diagnostics):
                code = self._run(*command, "-upgrade")  # the lock file is of another version of the provider
        self._require_success(code)

    def init_local_backend(self) -> None:
        """Connect to the backend that an override file names."""
        with _one_at_a_time():
            self._require_success(self._run("init", "-input=false", "-json", "-reconfigure"))

    def move_state(self) -> None:
        """Move the state from the backend that was connected last to the one of the configuration."""
        # Not with -json: "The -migrate-state and -json options are mutually-exclusive" (Terraform 1.11)
        with _one_at_a_time():
            self._require_success(self._run("init", "-input=false", "-no-color", "-migrate-state", "-force-copy"))

    def import_resource(self, address: str, identifier: str) -> None:
        """Take an existing resource into the state."""
        self._require_success(self._run("import", "-input=false", "-no-color", address, identifier))

    def plan(self, file: Path, *, lock: bool = True) -> Plan:
        """Plan into `file` and return what would change."""
        arguments = ("-input=false", "-json", "-detailed-exitcode", f"-lock={str(lock).lower()}", f"-out={file}")
        code = self._run("plan", *arguments)
        if code != 2:
            self._require_success(code)
            return Plan()
        if not self._planned.has_attributes_that_change:
            return self._planned
        return read_plan(self.show(file))

    def show(self, file: Path) -> dict[str, Any]:
        """Return a saved plan as `terraform show -json` prints it. Raises OpsError where it prints none."""
        try:
            shown = subprocess.run(
                [_binary(), "show", "-json", str(file)],
                cwd=self.folder,
                env=self._environment,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                check=False,
                timeout=_SHOW_SECONDS,
            )
            if shown.returncode:
                text = " ".join(shown.stderr.decode(errors="replace").split())
                raise OpsError(f"{self.folder.name}: terraform show: {text}")
            found: dict[str, Any] = json.loads(shown.stdout)
        except (subprocess.TimeoutExpired, ValueError) as error:
            raise OpsError(f"{self.folder.name}: terraform show printed no plan: {error}") from None
        return found

    def apply(self, plan_file: Path | None = None) -> str:
        """Apply a saved plan, or plan and apply; return what it did, in words."""
        arguments = [str(plan_file)] if plan_file else ["-auto-approve"]
        self._require_success(self._run("apply", "-input=false", "-json", *arguments))
        return self._summarised()

    def destroy(self) -> str:
        """Destroy every resource of the stack; return what it did, in words."""
        command = ("destroy", "-input=false", "-json", "-auto-approve")
        code = self._run(*command)
        if code and any(diagnostic.address.startswith("data.") for diagnostic in self._diagnostics):
            # What is only looked up may be gone already, such as the image of the deployed version.
            code = self._run(*command, "-refresh=false")
        elif code and self._diagnostics and all(diagnostic.says_not_found for diagnostic in self._diagnostics):
            # What is gone need not be destroyed, and the next refresh sees it. Where an answer is lost, the provider
            # asks again and meets this. Seen with a target group in the local AWS, which is not idempotent there:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html
            planned = self._summary  # what both attempts destroy together
            code = self._run(*command)
            self._summary = planned
        self._require_success(code)
        return self._summarised()

    def _summarised(self) -> str:
        words = (("import", "imported"), ("add", "created"), ("change", "updated"), ("remove", "destroyed"))
        parts = [f"{self._summary[key]} {word}" for key, word in words if self._summary.get(key)]
        return ", ".join(parts) or "no changes"

    def _is_initialised(self) -> bool:
        wanted = self.configuration.get("terraform", {})
        try:
            recorded = json.loads((self.folder / ".terraform" / "terraform.tfstate").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        backend = recorded.get("backend") or {}
        same_backend = wanted.get("backend") == {backend.get("type"): _without_nulls(backend.get("config", {}))}
        return same_backend and all(
            (self.folder / ".terraform" / "providers" / _provider_path(provider)).exists()
            for provider in wanted.get("required_providers", {}).values()
        )

    def _run(self, *arguments: str) -> int:
        """Run terraform to its end, and return its exit code.

        Its output goes through a file: if this process is killed, terraform still finishes, saves its state and
        releases its lock, where a broken pipe would kill it in the middle.
        """
        self._diagnostics, self._text, self._summary, self._planned = [], [], {}, Plan()
        self.step.doing = _DOING.get(arguments[0], "")
        if interrupted():
            raise KeyboardInterrupt
        with tempfile.TemporaryFile() as output:
            try:
                process = subprocess.Popen(
                    [_binary(), *arguments],
                    cwd=self.folder,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    process_group=0,
                )
            except OSError as error:
                raise OpsError(
                    f"{_binary()} cannot be run ({error.strerror}): ./dashctl installs Terraform, "
                    "or set TERRAFORM_BINARY_NAME"
                ) from None
            with told_of_interrupts(process):
                for line in _lines(process, output):
                    self._follow(line)
        if process.returncode and interrupted():
            raise KeyboardInterrupt
        return process.returncode

    def _follow(self, line: str) -> None:
        try:
            event = json.loads(line)
            kind = event["type"]
        except (ValueError, KeyError, TypeError):
            self._text = [*self._text, line][-_LAST_LINES:]
            return
        match kind:
            case "diagnostic" if event["diagnostic"].get("severity") == "error":
                self._diagnostics.append(Diagnostic.of(event))
            case "planned_change" | "outputs":
                self._planned = self._planned.with_event(event)
            case "change_summary":
                self._summary = event["changes"]
            case "apply_start" | "apply_complete" | "apply_errored":
                address, action = event["hook"]["resource"]["addr"], event["hook"]["action"]
                if action not in {"create", "update", "delete"}:
                    return
                if kind == "apply_start":
                    self.step.doing = ""
                    self.step.resource_began(address, action)
                else:
                    self.step.resource_ended(address, action, failed=kind == "apply_errored")

    def _require_success(self, code: int) -> None:
        if not code:
            return
        if not self._diagnostics:
            text = " ".join(" ".join(line.strip("│╷╵ ") for line in self._text).split())
            self._diagnostics = [Diagnostic(summary=text or f"terraform ended with {code}", detail="", address="")]
        stack_id = self.folder.name
        lines = [diagnostic.explained(stack_id, str(self.folder)) for diagnostic in self._diagnostics]
        raise OpsError("\n".join(dict.fromkeys(lines)))


def read_configuration(folder: Path) -> dict[str, Any]:
    """Return a stack's synthesized configuration. Raises OpsError where there is none."""
    try:
        configuration: dict[str, Any] = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OpsError(f"{folder / CONFIGURATION} cannot be read ({error}): run ./dashctl synth") from None
    return configuration


def _binary() -> str:
    return os.environ.get("TERRAFORM_BINARY_NAME") or "terraform"


def _lines(process: subprocess.Popen[bytes], output: IO[bytes]) -> Iterator[str]:
    offset, pending = 0, b""
    while True:
        ended = process.poll() is not None
        while chunk := os.pread(output.fileno(), 65536, offset):
            offset += len(chunk)
            *lines, pending = (pending + chunk).split(b"\n")
            yield from (line.decode(errors="replace") for line in lines)
        if ended:
            break
        time.sleep(_POLL_SECONDS)
    if pending:
        yield pending.decode(errors="replace")


def _one_at_a_time() -> FileLock | nullcontext[None]:
    # "The plugin cache directory is not guaranteed to be concurrency safe":
    # https://developer.hashicorp.com/terraform/cli/config/config-file#provider-plugin-cache
    cache = os.environ.get("TF_PLUGIN_CACHE_DIR")
    return FileLock(Path(cache) / "init.lock") if cache and Path(cache).is_dir() else nullcontext()


def _without_nulls(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value


def _provider_path(provider: dict[str, str]) -> str:
    # https://developer.hashicorp.com/terraform/language/providers/requirements#source-addresses
    parts = provider["source"].split("/")
    return "/".join([*("registry.terraform.io", "hashicorp")[: 3 - len(parts)], *parts, provider["version"]])
