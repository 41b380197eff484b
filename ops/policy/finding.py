"""What a scan finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A check that a planned resource fails.

    `check` is its id (`CKV_AWS_18`, `DASH_CONTAINER_USER`), `demand` what it asks for, `found` what is there instead
    ("" where the check does not tell), `remedy` what to do, `guideline` a URL that says why. The resource is `address`
    in Terraform, in the stack `stack`, made by the construct at `construct` ("vpc/zone_0/public").
    """

    check: str
    demand: str
    stack: str
    address: str
    construct: str
    found: str
    remedy: str
    guideline: str


@dataclass(frozen=True)
class Scan:
    """The outcome of a scan: what failed, and how many checks passed."""

    findings: tuple[Finding, ...]
    passed: int

    def __add__(self, other: "Scan") -> "Scan":
        return Scan(self.findings + other.findings, self.passed + other.passed)
