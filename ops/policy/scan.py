"""Plans the stacks of an environment, judges the plans, and sorts what was found by the allow-list."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.load import FOLDER
from ops.deployment import Deployment
from ops.offline.plans import plan_offline
from ops.policy.allowed import Allowance, Sorted, read_allowed, sort_findings
from ops.policy.checkov import installed_checkov, scan_with_checkov
from ops.policy.planned import PlannedStack
from ops.policy.rules import ALL
from ops.policy.rules.rule import scan_with
from ops.terraform import read_configuration

_ALLOWED = Path("policy", "allowed.toml")


@dataclass(frozen=True)
class Outcome:
    """What a scan of an environment found: findings by the allow-list, and how much was scanned."""

    environment: str
    findings: Sorted
    check_count: int
    resource_count: int
    stacks: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed that is not allowed, and nothing is allowed that does not fail."""
        return not self.findings.refused and not self.findings.stale


def allow_list(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file of the allow-list: policy/allowed.toml beside the settings that it belongs to."""
    return Path(environ.get("DASH_CONFIG_FOLDER") or FOLDER) / _ALLOWED


def scan(deployment: Deployment, names: Sequence[str], allowed_file: Path) -> Outcome:
    """Synthesize, plan and judge these stacks; all where none is named. Nothing is deployed, and nothing asked of AWS.

    Raises OpsError where something cannot be scanned: no half-done scan passes.
    """
    allowed = read_allowed(allowed_file)
    with tempfile.TemporaryDirectory(prefix="dashctl-") as temporary:
        folder = Path(temporary).resolve()
        deployment.output_folder = folder / "cdktf.out"
        deployment.synth()
        deployment.require_known(names)
        chosen = [name for name in deployment.names if not names or name in names]
        return judge(deployment, chosen, plan_offline(deployment, chosen, folder / "plans"), allowed)


def judge(
    deployment: Deployment, names: Sequence[str], plans: Mapping[str, Mapping[str, Any]], allowed: Sequence[Allowance]
) -> Outcome:
    """Judge the plans from nothing of these synthesized stacks; those without resources have none.

    Raises OpsError where something cannot be judged.
    """
    checkov = installed_checkov()
    stacks = {
        name: PlannedStack(name, plan, read_configuration(deployment.folder(name))) for name, plan in plans.items()
    }
    with (
        tempfile.TemporaryDirectory(prefix="dashctl-") as temporary,
        deployment.progress.step("scan") as step,
    ):
        found = scan_with(ALL, stacks.values())
        if stacks:
            found += scan_with_checkov(checkov, stacks, Path(temporary).resolve() / "checkov")
        checks = found.passed + len(found.findings)
        step.outcome = f"{checks} checks"
    return Outcome(
        environment=deployment.settings.environment,
        findings=sort_findings(
            sorted(found.findings, key=lambda finding: (finding.stack, finding.address, finding.check)),
            allowed,
            deployment.settings.environment,
            scanned=stacks.values(),
            all_stacks=len(names) == len(deployment.names),
        ),
        check_count=checks,
        resource_count=sum(len(stack.resources) for stack in stacks.values()),
        stacks=tuple(names),
    )
