"""Which faults of AWS are borne: those that pass, and that one may not ask for what only explains."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ops.errors import OpsError
from ops.rollout.observed import Observed

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_BORNE_SECONDS = 60.0
_SERVER_ERROR = 500
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html and, of all services,
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
_THROTTLED = {
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}


class Patience:
    """Looks again and again, and bears for a minute that AWS does not answer, or asks to be asked less."""

    def __init__(self, look: Callable[[], Observed]) -> None:
        self._look = look
        self._answered = time.monotonic()

    def look(self) -> Observed | None:
        """Return what is seen, or None where that cannot be told just now. Raises OpsError once it is too long."""
        try:
            seen = self._look()
        except OpsError as error:
            if passes(error) and time.monotonic() - self._answered < _BORNE_SECONDS:
                return None
            raise
        self._answered = time.monotonic()
        return seen


def passes(error: OpsError) -> bool:
    """Tell whether what AWS or the network refused may pass by itself."""
    from botocore import exceptions

    cause = error.__cause__
    if isinstance(cause, exceptions.ClientError):
        status = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= _SERVER_ERROR or cause.response.get("Error", {}).get("Code") in _THROTTLED
    return isinstance(cause, exceptions.ConnectionError | exceptions.HTTPClientError)


def is_denied(error: ClientError) -> bool:
    """Tell whether the credentials do not suffice."""
    return error.response.get("Error", {}).get("Code", "").startswith("AccessDenied")
