"""The stacks of an environment: synth, plan, apply and destroy, in the order that they need each other."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, TypeVar

from config import Settings
from ops import state_bucket
from ops.aws import Aws
from ops.errors import OpsError
from ops.interrupts import interrupted, interrupts_forwarded
from ops.plan import Plan
from ops.progress import Progress, Step
from ops.remote_state import RemoteState, read_state
from ops.terraform import CONFIGURATION, Terraform, read_configuration

ROOT = Path(__file__).resolve().parent.parent
VERSION_VARIABLE = "dashboard_version"

_AT_ONCE = 3  # Terraform and its provider take about 1 GB each
# How a configuration reads what another stack has: that stack's id, and the output's name.
REMOTE_OUTPUT = re.compile(r"data\.terraform_remote_state\.cross-stack-reference-input-([\w-]+?)\.outputs\.([\w-]+)")
_RECORD = "applied.json"
_PLAN = "tfplan"

Result = TypeVar("Result")


@dataclass(frozen=True)
class StackPlan:
    """What would change in a stack.

    `plan` is None where it cannot be planned yet, of which `obstacle` tells the reason, and where planning ended in a
    `failure`, which is an error.
    """

    plan: Plan | None
    obstacle: str = ""
    failure: str = ""


def require_planned(plans: Mapping[str, StackPlan]) -> None:
    """Raise OpsError with what went wrong where planning a stack ended in a failure."""
    if failures := [planned.failure for planned in plans.values() if planned.failure]:
        raise OpsError("\n".join(failures))


class Deployment:
    """The deployment of one environment. Methods raise OpsError, and KeyboardInterrupt once Terraform has ended."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.settings = settings
        self.progress = progress
        self.aws = Aws(settings)
        self.output_folder = ROOT / (os.environ.get("CDKTF_OUTDIR") or "cdktf.out")
        self._manifest: dict[str, Any] | None = None

    def synth(self) -> None:
        """Write the Terraform of every stack to the output folder."""
        self._manifest = None
        with self.progress.step("synth") as step:
            ended = subprocess.run(
                [sys.executable, "main.py"],
                cwd=ROOT,
                env={**os.environ, "CDKTF_OUTDIR": str(self.output_folder), "DASH_ENV": self.settings.environment},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if ended.returncode:
                raise OpsError(_synth_failure(ended.stderr))
            folder = self.output_folder
            shown = folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder
            step.outcome = f"{len(self.names)} stacks in {shown}"

    @property
    def names(self) -> list[str]:
        """The synthesized stacks, in the order in which they are deployed; `state` is the first."""
        order = list(TopologicalSorter(self._producers()).static_order())
        return sorted(order, key=lambda name: name != state_bucket.STACK)

    def require_known(self, names: Sequence[str]) -> None:
        """Raise OpsError for a name that is not a stack's."""
        for name in names:
            if name not in self.names:
                raise OpsError(f"there is no stack '{name}': the stacks are {', '.join(self.names)}")

    def with_missing_producers(self, names: Sequence[str]) -> list[str]:
        """Return these stacks and those that they need and that lack what they need, in the order of deployment."""
        wanted, found = list(names), set[str]()
        while wanted:
            name = wanted.pop()
            found.add(name)
            absent = [need for need in self._producers()[name] if self.state(need) is None]
            wanted += {*absent, *self._lacking(name)} - found
        return [name for name in self.names if name in found]

    def folder(self, name: str) -> Path:
        """Return the folder of a stack's Terraform."""
        return self.output_folder / "stacks" / self.settings.stack_id(name)

    def state(self, name: str) -> RemoteState | None:
        """Return the Terraform state of a stack, or None where it is not deployed."""
        return read_state(self.aws, name)

    def outputs(self, name: str) -> dict[str, Any]:
        """Return the outputs of a stack; none where it is not deployed."""
        state = self.state(name)
        return state.outputs if state else {}

    def deployed_version(self) -> str | None:
        """Return the version of the dashboard that is deployed, or None."""
        state = self.state("service")
        return state.data_attribute("aws_ecr_image", "image_tag") if state and state.resource_count else None

    def ensure_state(self, *, skip_unchanged: bool = False) -> None:
        """Make the bucket of the Terraform state, or bring it up to date; its own state is in it afterwards."""
        name = state_bucket.STACK
        with self._interruptible(), self.progress.step(name) as step:
            if skip_unchanged and self._is_unchanged(name, {}):
                step.outcome = "unchanged"
                return
            step.outcome = state_bucket.ensure(self.aws, self._terraform(name, step))
            self._record(name, {})

    def plan(self, *names: str, variables: Mapping[str, str] | None = None, keep: bool = False) -> dict[str, StackPlan]:
        """Return what would change in each stack, also where others fail.

        With `keep`, `apply` may then apply exactly these plans.
        """

        def plan_one(name: str) -> StackPlan:
            file = self.folder(name) / _PLAN
            try:
                if obstacle := self._obstacle(name):
                    return StackPlan(None, obstacle)
                if self._is_empty(name):
                    return StackPlan(Plan())
                with self.progress.step(f"{name}: plan") as step:
                    terraform = self._terraform(name, step, variables)
                    terraform.init()
                    # Without a lock: it changes nothing, and shall not hinder a deployment that runs.
                    plan = terraform.plan(file, lock=False)
                    step.outcome = plan.summary
                    return StackPlan(plan)
            except OpsError as error:
                return StackPlan(None, failure=str(error))
            finally:
                if not keep:
                    file.unlink(missing_ok=True)

        self.require_known(names)
        return self._each(names, dict.fromkeys(names, ()), plan_one)

    def shown_plan(self, name: str) -> dict[str, Any]:
        """Return the plan of a stack that `plan` made with `keep`, as `terraform show -json` prints it.

        https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
        """
        with self.progress.step(f"{name}: read the plan") as step:
            return self._terraform(name, step).show(self.folder(name) / _PLAN)

    def forget_plans(self, *names: str) -> None:
        """Delete the plans of stacks that `plan` made with `keep`: they may hold values that are secret."""
        for name in names:
            (self.folder(name) / _PLAN).unlink(missing_ok=True)

    def apply(
        self,
        *names: str,
        variables: Mapping[str, str] | None = None,
        plans: Mapping[str, StackPlan] | None = None,
        changed_before: Collection[str] = (),
        skip_unchanged: bool = False,
    ) -> set[str]:
        """Deploy these stacks, in the order that they need each other and independent ones at the same time.

        Returns those that Terraform was run for. When one fails, those under way end in order and no other starts. A
        stack of `plans` (made with `keep`) is applied as planned, unless a stack that it needs has changed meanwhile,
        here or in an earlier call (`changed_before`). With `skip_unchanged` a stack is passed
        over whose configuration, variables, state and needed states are those of the last apply from this checkout:
        right where nothing but Terraform changes the resources.
        """
        variables = variables or {}
        changed = set[str]()
        producers = self._producers()

        def apply_one(name: str) -> None:
            with self.progress.step(name) as step:
                if skip_unchanged and self._is_unchanged(name, variables):
                    step.outcome = "unchanged"
                    return
                if obstacle := self._obstacle(name):
                    raise OpsError(f"{name}: {obstacle}")
                if self._is_empty(name):
                    step.outcome = "switched off"
                    return
                planned = (plans or {}).get(name)
                file = self.folder(name) / _PLAN
                saved = (
                    planned and planned.plan is not None and changed.union(changed_before).isdisjoint(producers[name])
                )
                if saved and planned and not planned.plan:
                    step.outcome = "no changes"
                    return
                terraform = self._terraform(name, step, variables)
                terraform.init()
                step.outcome = terraform.apply(file if saved else None)
                changed.add(name)
                if skip_unchanged:
                    self._record(name, variables)

        self.require_known(names)
        try:
            self._each(names, producers, apply_one)
        finally:
            self.forget_plans(*names)
        return changed

    def destroy(self, *names: str, variables: Mapping[str, str] | None = None) -> None:
        """Destroy the resources of these stacks, each before those that it needs."""
        consumers: dict[str, list[str]] = {name: [] for name in self.names}
        for consumer, needed in self._producers().items():
            for name in needed:
                consumers[name].append(consumer)

        def destroy_one(name: str) -> None:
            with self.progress.step(name) as step:
                terraform = self._terraform(name, step, variables)
                terraform.init()
                step.outcome = terraform.destroy()

        self.require_known(names)
        self._each(names, consumers, destroy_one)

    def forget_applied(self) -> None:
        """Have `skip_unchanged` pass over nothing: for when resources are gone although Terraform's state has them."""
        for record in self.output_folder.glob(f"stacks/{self.settings.stack_id('*')}/{_RECORD}"):
            record.unlink()

    def _terraform(self, name: str, step: Step, variables: Mapping[str, str] | None = None) -> Terraform:
        environ = dict(os.environ)
        if self.settings.local:
            # The emulator needs no profile, and the provider refuses one that does not exist whatever keys it is given.
            for variable in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
                environ.pop(variable, None)
        return Terraform(self.folder(name), step, variables, environ=environ)

    def _producers(self) -> dict[str, list[str]]:
        """Return the names of the stacks that each stack needs."""
        if self._manifest is None:
            path = self.output_folder / "manifest.json"
            try:
                self._manifest = json.loads(path.read_text(encoding="utf-8"))["stacks"]
            except (OSError, ValueError, KeyError) as error:
                raise OpsError(f"{path} cannot be read ({error}): run ./dashctl synth") from None
        prefix = self.settings.stack_id("")
        return {
            stack_id.removeprefix(prefix): [needed.removeprefix(prefix) for needed in stack["dependencies"]]
            for stack_id, stack in self._manifest.items()
        }

    def _is_empty(self, name: str) -> bool:
        """Tell whether a stack neither has resources nor had any: those of a feature that is switched off."""
        if "resource" in read_configuration(self.folder(name)):
            return False
        state = self.state(name)
        return state is None or not state.resource_count

    def _obstacle(self, name: str) -> str:
        """Return why a stack cannot be planned yet: a stack that it needs does not have the outputs for it."""
        missing = sorted(self._lacking(name))
        if not missing:
            return ""
        return f"needs {', '.join(missing)}, not deployed yet: ./dashctl deploy {' '.join(missing)}"

    def _lacking(self, name: str) -> set[str]:
        """Return the stacks that do not have, or not yet, the outputs that a stack reads of them."""
        text = (self.folder(name) / CONFIGURATION).read_text(encoding="utf-8")
        needed: dict[str, set[str]] = {}
        for stack_id, output in REMOTE_OUTPUT.findall(text):
            needed.setdefault(stack_id.removeprefix(self.settings.stack_id("")), set()).add(output)
        return {producer for producer, outputs in needed.items() if not outputs <= self.outputs(producer).keys()}

    def _each(
        self, names: Sequence[str], before: Mapping[str, Sequence[str]], action: Callable[[str], Result]
    ) -> dict[str, Result]:
        """Run an action for each stack, after it ran for those that stand `before` it."""
        sorter = TopologicalSorter({name: [needed for needed in before[name] if needed in names] for name in names})
        sorter.prepare()
        results: dict[str, Result] = {}
        running: dict[Future[Result], str] = {}
        failures: list[OpsError] = []
        with self._interruptible(), ThreadPoolExecutor(_AT_ONCE) as pool:
            while sorter.is_active():
                if not failures and not interrupted():
                    running.update({pool.submit(action, name): name for name in sorter.get_ready()})
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    name = running.pop(future)
                    try:
                        results[name] = future.result()
                    except OpsError as error:
                        failures.append(error)
                    except KeyboardInterrupt:
                        pass  # raised anew once all have ended
                    else:
                        sorter.done(name)
        if failures:
            raise OpsError("\n".join(str(failure) for failure in failures))
        return {name: results[name] for name in names}

    def _interruptible(self) -> AbstractContextManager[None]:
        return interrupts_forwarded(
            lambda: self.progress.say(
                "interrupted: waiting for Terraform to end what it is at and to release its locks"
            )
        )

    def _is_unchanged(self, name: str, variables: Mapping[str, str]) -> bool:
        try:
            recorded = json.loads((self.folder(name) / _RECORD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(recorded == self._fingerprint(name, variables))

    def _record(self, name: str, variables: Mapping[str, str]) -> None:
        (self.folder(name) / _RECORD).write_text(json.dumps(self._fingerprint(name, variables)), encoding="utf-8")

    def _fingerprint(self, name: str, variables: Mapping[str, str]) -> dict[str, Any]:
        """Return what an apply depends on: the configuration, the variables and the content of the states."""
        configuration = (self.folder(name) / CONFIGURATION).read_bytes()
        declared = json.loads(configuration).get("variable", {})
        states = {stack: self.state(stack) for stack in (name, *self._producers()[name])}
        return {
            "configuration": hashlib.sha256(configuration).hexdigest(),
            "variables": {key: value for key, value in variables.items() if key in declared},
            "states": {stack: state.etag if state else None for stack, state in states.items()},
        }


def _synth_failure(errors: str) -> str:
    lines = errors.strip().splitlines() or ["no reason was given"]
    if lines[0].startswith("error: "):
        return "\n".join(lines).removeprefix("error: ")
    return f"synth failed: {lines[-1].strip()}: ./dashctl python main.py shows where"
