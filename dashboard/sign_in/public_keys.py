"""The load balancer's public keys, which AWS serves by their id."""

import contextlib
import http.client
import logging
import math
import re
import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from dashboard.deadline import OverdueError, within

# It becomes part of an address. AWS's are UUIDs: the documentation of user claims shows one.
_KEY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
# A key that AWS takes back is gone after this time; a new one has a new id. AWS names no time of its own.
KEPT_SECONDS = 24 * 3600
KEPT_KEYS = 8
# After an answer without a key nobody asks for so long, whatever the id: ids can be made up.
PAUSE_SECONDS = 5.0
_FETCH_SECONDS = 3.0
# A key is 178 bytes of PEM.
_MAX_BYTES = 4096

logger = logging.getLogger(__name__)


class UnknownKeyError(Exception):
    """There is no such key."""


class KeysUnavailableError(Exception):
    """The keys cannot be read now. The message is one line on why."""


class PublicKeys:
    """Keys by their id, fetched when they are first needed, one at a time.

    Args:
        url: what an id is put behind, with a slash.
        fetch_seconds: how long a fetch may take, from the connection to the last byte.
        clock: seconds, from any moment on.
    """

    def __init__(
        self, url: str, *, fetch_seconds: float = _FETCH_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = urlsplit(url)
        self._fetch_seconds = fetch_seconds
        self._clock = clock
        # Only what AWS has given is kept, so that made-up ids push nothing out.
        self._keys: dict[str, tuple[EllipticCurvePublicKey, float]] = {}
        self._fetching = threading.Lock()
        self._paused_until = -math.inf

    def get(self, key_id: object) -> EllipticCurvePublicKey:
        """The P-256 key of an id.

        Raises:
            UnknownKeyError: there is none.
            KeysUnavailableError: nobody can tell now.
        """
        if not isinstance(key_id, str) or not _KEY_ID.fullmatch(key_id):
            raise UnknownKeyError
        if key := self._kept(key_id):
            return key
        with self._fetching:
            # Another thread may have fetched it meanwhile.
            return self._kept(key_id) or self._fetch_and_keep(key_id)

    def _kept(self, key_id: str) -> EllipticCurvePublicKey | None:
        key, until = self._keys.get(key_id, (None, -math.inf))
        return key if self._clock() < until else None

    def _fetch_and_keep(self, key_id: str) -> EllipticCurvePublicKey:
        if self._clock() < self._paused_until:
            raise KeysUnavailableError(f"no key was got less than {PAUSE_SECONDS:g} s ago")
        try:
            key = self._fetch(key_id)
        except (UnknownKeyError, KeysUnavailableError) as error:
            self._paused_until = self._clock() + PAUSE_SECONDS
            if isinstance(error, KeysUnavailableError):
                logger.error("The load balancer's public keys cannot be read, so nobody new is let in: %s", error)
            raise
        self._keys.pop(key_id, None)
        while len(self._keys) >= KEPT_KEYS:
            del self._keys[next(iter(self._keys))]
        self._keys[key_id] = key, self._clock() + KEPT_SECONDS
        return key

    def _fetch(self, key_id: str) -> EllipticCurvePublicKey:
        # The standard library's client follows no redirect.
        connect = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        connection = connect(self._url.netloc, timeout=self._fetch_seconds)
        # The connection forgets its own where the server means to close it.
        opened: list[socket.socket] = []

        def ask() -> tuple[int, bytes]:
            connection.connect()
            opened.append(connection.sock)
            connection.request("GET", f"{self._url.path.rstrip('/')}/{key_id}")
            answer = connection.getresponse()
            return answer.status, answer.read(_MAX_BYTES)

        try:
            status, body = within(self._fetch_seconds, ask, discard=lambda _answer: None)
        except (OSError, http.client.HTTPException, OverdueError) as error:
            raise KeysUnavailableError(f"{self._url.netloc} does not answer: {_line(error)}") from error
        finally:
            for one in opened:
                _hang_up(one)
        if status in {403, 404}:
            raise UnknownKeyError
        if status != 200:
            raise KeysUnavailableError(f"{self._url.netloc} answers with status {status}")
        return self._read(body)

    def _read(self, body: bytes) -> EllipticCurvePublicKey:
        try:
            key = load_pem_public_key(body)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise KeysUnavailableError(f"{self._url.netloc} answers with something that is no key") from error
        if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
            raise KeysUnavailableError(f"{self._url.netloc} answers with a key that is not one of P-256")
        return key


def _hang_up(opened: socket.socket) -> None:
    """Close a connection. A thread that still waits for its answer wakes up, and ends."""
    with contextlib.suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
    opened.close()


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
