"""What a rule is, and how it is applied."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ops.policy.documents import UnreadableError
from ops.policy.finding import Finding, Scan
from ops.policy.planned import PlannedStack, Resource, UnknownValueError

#: Yields what is wrong with a resource, in words; nothing where all is well.
Judge = Callable[[Resource, PlannedStack], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """A demand on each resource of some types.

    `demand` says what is asked for and why, `remedy` what to do, `guideline` is the URL of the page that the demand
    comes from. A resource passes where `judge` finds nothing wrong. What can be known only after the resource is made,
    or is no document that can be read, cannot be judged, and so fails.
    """

    id: str
    demand: str
    remedy: str
    guideline: str
    types: tuple[str, ...]
    judge: Judge

    def findings(self, resource: Resource, stack: PlannedStack) -> Iterator[Finding]:
        """Yield what is wrong with a resource."""
        try:
            problems = list(self.judge(resource, stack))
        except UnknownValueError as unknown:
            problems = [f"{unknown} is known only after it is made, so that nobody can judge it before"]
        except UnreadableError as unreadable:
            problems = [f"{unreadable}, so that nobody can judge it"]
        for problem in problems:
            yield Finding(
                check=self.id,
                demand=self.demand,
                stack=stack.name,
                address=resource.address,
                construct=resource.construct,
                found=problem,
                remedy=self.remedy,
                guideline=self.guideline,
            )


def scan_with(rules: Iterable[Rule], stacks: Iterable[PlannedStack]) -> Scan:
    """Apply rules to every resource of their types."""
    judged = [
        tuple(rule.findings(resource, stack))
        for stack in stacks
        for rule in rules
        for resource in stack.of_type(*rule.types)
    ]
    return Scan(tuple(finding for findings in judged for finding in findings), sum(not findings for findings in judged))
