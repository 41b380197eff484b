"""What the reader of a settings file is told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One bad key.

    `source` is the file or environment variable that holds it, `key` its dotted name, `value` what was found there
    (None where nothing was) and `allowed` what would have been right.
    """

    source: str
    key: str
    value: object
    allowed: str

    def __str__(self) -> str:
        found = "" if self.value is None else f" = {self.value!r}"
        return f"{self.source}: {self.key}{found}: {self.allowed}"


class SettingsError(Exception):
    """All that is wrong with the settings of one environment, a line for each problem."""

    def __init__(self, environment: str, problems: list[Problem]) -> None:
        self.problems = problems
        count = "1 error" if len(problems) == 1 else f"{len(problems)} errors"
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(f"the settings of environment '{environment}' have {count}:{lines}")
