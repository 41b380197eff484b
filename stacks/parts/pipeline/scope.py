"""Resources that are this environment's."""

from dataclasses import dataclass

from stacks.parts.pipeline.statements import Condition


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Resources that are told from all others of the account by their ARN, or by conditions, and what types they are.

    Where not `changed`, the pipelines only read them.
    """

    sid: str
    types: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    changed: bool = True
