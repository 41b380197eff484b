"""The allow-list: findings that are accepted, each with its reason."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ops.errors import OpsError
from ops.policy.finding import Finding
from ops.policy.planned import PlannedStack


class Allowance(BaseModel):
    """An entry of the allow-list: in these environments a check may fail on these resources, for this reason.

    `stack` and `resource` may have wildcards as file names do: `aws_subnet.zone_*_public*`. `resource` is matched with
    the Terraform address, and with the path of the construct (`zone_0/public`). With `if_made` the resource is made
    with some settings only, and the entry is not stale where it is not made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    check: str = Field(min_length=1)
    stack: str = Field(min_length=1)
    resource: str = Field(min_length=1)
    environments: list[str] = Field(min_length=1)
    reason: str = Field(pattern=r"\S+\s+\S+")
    if_made: bool = False

    def allows(self, finding: Finding) -> bool:
        """Tell whether a finding is accepted."""
        return self.check == finding.check and self.covers(finding.stack, finding.address, finding.construct)

    def covers(self, stack: str, *names: str) -> bool:
        """Tell whether the entry is about a resource of a stack, by its address or the path of its construct."""
        return fnmatchcase(stack, self.stack) and any(fnmatchcase(name, self.resource) for name in names)

    def __str__(self) -> str:
        return f"{self.check} on {self.stack}: {self.resource}"


@dataclass(frozen=True)
class Sorted:
    """Findings by what the allow-list says: not allowed, allowed; and the entries that allowed nothing."""

    refused: tuple[Finding, ...]
    allowed: tuple[tuple[Finding, Allowance], ...]
    stale: tuple[Allowance, ...]


def read_allowed(file: Path) -> list[Allowance]:
    """Return the entries of an allow-list; none where there is no file.

    Raises OpsError with each entry that is not whole, such as one without a reason.
    """
    if not file.is_file():
        return []
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OpsError(f"{file} cannot be read: {error}") from None
    if unknown := tables.keys() - {"allow"}:
        raise OpsError(f"{file}: unknown table {', '.join(sorted(unknown))}: each entry is an [[allow]]")
    listed = tables.get("allow", [])
    if not isinstance(listed, list) or not all(isinstance(table, dict) for table in listed):
        raise OpsError(f"{file}: allow is not a list of tables: each entry is an [[allow]]")
    entries, problems = [], []
    for number, table in enumerate(listed, 1):
        try:
            entries.append(Allowance.model_validate(table))
        except ValidationError as error:
            problems += [_problem(file, number, details["loc"], details["type"]) for details in error.errors()]
    if problems:
        raise OpsError("\n".join(problems))
    return entries


def sort_findings(
    findings: Iterable[Finding],
    allowed: Sequence[Allowance],
    environment: str,
    *,
    scanned: Iterable[PlannedStack],
    all_stacks: bool,
) -> Sorted:
    """Sort findings of stacks by the entries that hold in an environment; a scan of all stacks tells stale entries."""
    held = [entry for entry in allowed if environment in entry.environments]
    used: set[int] = set()
    refused, accepted = [], []
    for finding in findings:
        matching = [index for index, entry in enumerate(held) if entry.allows(finding)]
        used.update(matching)
        if matching:
            accepted.append((finding, held[matching[0]]))
        else:
            refused.append(finding)
    unused = [entry for index, entry in enumerate(held) if index not in used] if all_stacks else []
    made = [
        (stack.name, resource.address, resource.construct) for stack in scanned for resource in stack.resources.values()
    ]
    stale = [entry for entry in unused if not entry.if_made or any(entry.covers(*names) for names in made)]
    return Sorted(tuple(refused), tuple(accepted), tuple(stale))


def _problem(file: Path, number: int, where: tuple[int | str, ...], kind: str) -> str:
    key = str(where[0])
    if kind == "missing":
        problem = f"{key} is missing"
    elif kind == "extra_forbidden":
        problem = f"{key} is unknown; known are {', '.join(Allowance.model_fields)}"
    elif key == "reason":
        problem = "reason has to say in words why this is right"
    elif key == "if_made":
        problem = "if_made has to be true or false"
    elif key == "environments":
        problem = 'environments has to name one or more, such as ["dev"]'
    else:
        problem = f"{key} has to be a text that is not empty"
    return f"{file}: entry {number} ([[allow]]): {problem}"
