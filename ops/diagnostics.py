"""What Terraform complains of, as lines that say what to do."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_NOT_FOUND = re.compile(r"api error [\w.]*NotFound")
_LOCK_FIELD = re.compile(r"^\s*(ID|Operation|Who|Created):\s+(.*\S)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Diagnostic:
    """An error of Terraform's machine-readable output.

    https://developer.hashicorp.com/terraform/internals/machine-readable-ui#diagnostics
    """

    summary: str
    detail: str
    address: str

    @classmethod
    def of(cls, event: dict[str, Any]) -> "Diagnostic":
        """Return the diagnostic of a `diagnostic` event."""
        found = event["diagnostic"]
        return cls(summary=found.get("summary", ""), detail=found.get("detail", ""), address=found.get("address", ""))

    @property
    def _text(self) -> str:
        return f"{self.summary}\n{self.detail}"

    @property
    def says_not_found(self) -> bool:
        """Whether AWS answered that what it was asked about does not exist: `TargetGroupNotFound`, for example."""
        return bool(_NOT_FOUND.search(self._text))

    def explained(self, stack_id: str, folder: str) -> str:
        """Return one line: where it happened, what is wrong, and what to do where that is known."""
        text = self._text
        if "Error acquiring the state lock" in self.summary:
            return _lock(self.detail, stack_id, folder)
        if "NoSuchBucket" in text:
            return (
                f"{stack_id}: the bucket of the Terraform state does not exist: run ./dashctl deploy (local: up) first"
            )
        if self.summary == "Unable to find remote state" or "cross-stack-output" in text:
            producer = self.address.partition("cross-stack-reference-input-")[2] or "a stack that it needs"
            return f"{stack_id}: {producer} is not deployed yet: deploy that first"
        if "connection refused" in text and ("127.0.0.1" in text or "localhost" in text):
            return f"{stack_id}: the local AWS does not answer: ./dashctl up starts it"
        if "ExpiredToken" in text:
            return f"{stack_id}: the AWS credentials have expired: sign in again, then run this again"
        if self.address.startswith("data.aws_ecr_image."):
            return (
                f"{stack_id}: {self.address}: the registry does not have this version of the dashboard: push its image "
                f"first, or name another with --version ({_one_line(text)})"
            )
        where = f"{stack_id}: {self.address}" if self.address else stack_id
        return f"{where}: {_one_line(text)}"


def _lock(detail: str, stack_id: str, folder: str) -> str:
    found = dict(_LOCK_FIELD.findall(detail))
    if "ID" not in found:
        return f"{stack_id}: the state cannot be locked: {_one_line(detail)}"
    return (
        f"{stack_id}: the state is locked by {found.get('Who', 'someone')} since {_since(found.get('Created', ''))} "
        f"({found.get('Operation', '').removeprefix('OperationType').lower()}): wait until that has ended and run this "
        f"again; if it was killed, release the lock: ./dashctl terraform -chdir={folder} force-unlock {found['ID']}"
    )


def _since(created: str) -> str:
    # Go's form: 2026-11-23 21:04:26.884817219 +0000 UTC
    try:
        moment = datetime.strptime(created[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return created
    seconds = max(0, round((datetime.now(UTC) - moment).total_seconds()))
    ago = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC, {ago} ago"


def _one_line(text: str) -> str:
    return " ".join(text.split())
