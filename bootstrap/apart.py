"""The environments apart from the main one: of programs that pin what the project pins otherwise."""

from collections.abc import Mapping
from typing import NamedTuple

from bootstrap.errors import BootstrapError

#: In the caller's environment: names of environments that are installed for who asks only, with commas between them.
WITH = "DASHCTL_WITH"


class Apart(NamedTuple):
    """A virtual environment of its own.

    Parameters: `name`, of its folder; `title`, for the user; `requirements`, the file of its packages with their
    hashes, in the checkout; `program`, the one of its executables that verbs run; `on_demand`, whether it is left out
    until it is asked for.
    """

    name: str
    title: str
    requirements: str
    program: str = "python"
    on_demand: bool = True

    @property
    def variable(self) -> str:
        """The variable that tells verbs the path of the program."""
        return f"DASHCTL_{self.name.upper()}"


APART = (
    Apart("emulator", "AWS emulator", "ops/emulator/requirements.txt", program="ministack", on_demand=False),
    Apart("checkov", "Checkov", "ops/policy/requirements.txt"),
    Apart("cdktn", "CDK Terrain", "tests/successor/cdktn.txt"),
    Apart("last_cdktf", "Last bindings of CDKTF", "tests/successor/last_cdktf.txt"),
)


def wanted(caller: Mapping[str, str]) -> list[Apart]:
    """Return the environments that every checkout has, and those that the caller asks for.

    Raises BootstrapError for a name that is not one of theirs.
    """
    asked = set(filter(None, caller.get(WITH, "").split(",")))
    if unknown := asked - {apart.name for apart in APART}:
        known = ", ".join(apart.name for apart in APART)
        raise BootstrapError(f"{WITH} names {', '.join(sorted(unknown))}: the environments are {known}")
    return [apart for apart in APART if not apart.on_demand or apart.name in asked]
