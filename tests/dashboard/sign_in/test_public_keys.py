import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from dashboard.sign_in.public_keys import (
    KEPT_KEYS,
    KEPT_SECONDS,
    PAUSE_SECONDS,
    KeysUnavailableError,
    PublicKeys,
    UnknownKeyError,
)
from tests.dashboard.load_balancer import KEY_ID, LoadBalancer, new_key, pem
from tests.dashboard.raw_s3 import Behaviour, RawS3, drip_body, drip_headers, hang, raw_s3, status, whole
from tests.deployment import free_port

pytestmark = pytest.mark.unit

KEY = pem(new_key())
OTHER_ID = "00000000-0000-0000-0000-000000000000"


class Clock:
    """A clock that stands still."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def redirect_to(url: str) -> Behaviour:
    answer = f"HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode()
    return lambda connection, _request, _end: connection.sendall(answer)


def send(content: bytes) -> Behaviour:
    return lambda connection, _request, _end: connection.sendall(content)


def test_a_key_is_fetched_by_its_id_once(key_server: RawS3, load_balancer: LoadBalancer) -> None:
    keys = PublicKeys(f"{key_server.url}/some/keys/")
    for _ in range(3):
        assert keys.get(KEY_ID).public_numbers() == load_balancer.key.public_key().public_numbers()
    (request,) = key_server.requests
    assert request.startswith(f"GET /some/keys/{KEY_ID} HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "key_id",
    [
        *(None, 7, True, [KEY_ID], {}, "", "a" * 65, "../secret", "a/b", "a%2fb", "a?b", "a#b", "a b"),
        *("a\r\nHost: x", f"{KEY_ID}\n", "é", "http://127.0.0.1/"),
    ],
)
def test_what_is_no_id_is_not_asked_for(key_server: RawS3, key_id: object) -> None:
    with pytest.raises(UnknownKeyError):
        PublicKeys(key_server.url).get(key_id)
    assert key_server.requests == []


@pytest.mark.parametrize("line", ["403 Forbidden", "404 Not Found"])
def test_a_key_that_is_not_there_is_unknown(line: str) -> None:
    with raw_s3(status(line)) as server, pytest.raises(UnknownKeyError):
        PublicKeys(server.url).get(KEY_ID)


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
GARBAGE = {
    "text": b"<html>Hello</html>",
    "nothing": b"",
    "half a key": KEY[:100],
    "a key of another curve": pem(ec.generate_private_key(ec.SECP384R1())),
    "a key of another kind": RSA.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "a private key": new_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    "a key behind much else": b"x" * 10_000 + KEY,
}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE)
def test_what_is_no_key_is_refused_and_logged(content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with raw_s3(whole(content)) as server, pytest.raises(KeysUnavailableError, match="answers with"):
        PublicKeys(server.url).get(KEY_ID)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "public keys cannot be read" in record.getMessage()


@pytest.mark.parametrize(
    "behaviour",
    [status("500 Internal Server Error"), status("204 No Content"), send(b"garbage\r\n\r\n"), send(b"")],
    ids=["500", "204", "garbage", "nothing"],
)
def test_a_server_with_a_fault_of_its_own_makes_keys_unavailable(behaviour: Behaviour) -> None:
    with raw_s3(behaviour) as server, pytest.raises(KeysUnavailableError) as told:
        PublicKeys(server.url).get(KEY_ID)
    assert "\n" not in str(told.value)


def test_a_redirect_is_not_followed(key_server: RawS3) -> None:
    with raw_s3(redirect_to(f"{key_server.url}/{KEY_ID}")) as server, pytest.raises(KeysUnavailableError, match="302"):
        PublicKeys(server.url).get(KEY_ID)
    assert key_server.requests == []


def test_where_nobody_listens_keys_are_unavailable() -> None:
    with pytest.raises(KeysUnavailableError, match="does not answer"):
        PublicKeys(f"http://127.0.0.1:{free_port()}").get(KEY_ID)


def test_a_name_that_does_not_exist_makes_keys_unavailable() -> None:
    with pytest.raises(KeysUnavailableError, match="does not answer"):
        PublicKeys("https://keys.invalid").get(KEY_ID)


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody but its own key vouches for, with this key."""
    key, name, now = new_key(), x509.Name([]), datetime.now(UTC)
    number, end = x509.random_serial_number(), now + timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), number, now, end)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = builder.add_extension(names, critical=True).sign(key, SHA256())
    path = folder / "certificate.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


def test_a_server_whose_certificate_nobody_vouches_for_is_not_believed(tmp_path: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate(tmp_path))
    asked: list[bytes] = []

    def answer(listener: socket.socket) -> None:
        with contextlib.suppress(OSError), tls.wrap_socket(listener.accept()[0], server_side=True) as connection:
            asked.append(connection.recv(1000))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=answer, args=(listener,))
        server.start()
        with pytest.raises(KeysUnavailableError, match="CERTIFICATE_VERIFY_FAILED"):
            PublicKeys(f"https://127.0.0.1:{listener.getsockname()[1]}").get(KEY_ID)
        server.join(20)
    assert asked == []


@pytest.mark.parametrize("behaviour", [hang, drip_headers, drip_body(KEY)], ids=["hang", "headers", "body"])
def test_a_slow_server_is_given_up_and_its_connection_closed(behaviour: Behaviour) -> None:
    hung_up = threading.Event()

    def watch(connection: socket.socket, request: str, end: threading.Event) -> None:
        try:
            behaviour(connection, request, end)
        except OSError:
            hung_up.set()

    def wait_for_the_end(connection: socket.socket, _request: str, _end: threading.Event) -> None:
        if connection.recv(1) == b"":
            hung_up.set()

    began = time.monotonic()
    with raw_s3(wait_for_the_end if behaviour is hang else watch) as server:
        with pytest.raises(KeysUnavailableError, match="does not answer"):
            PublicKeys(server.url, fetch_seconds=0.5).get(KEY_ID)
        assert time.monotonic() - began < 5
        assert hung_up.wait(10)


def test_a_key_is_fetched_anew_after_a_day(key_server: RawS3) -> None:
    clock = Clock()
    keys = PublicKeys(key_server.url, clock=clock)
    keys.get(KEY_ID)
    clock.now += KEPT_SECONDS - 1
    keys.get(KEY_ID)
    assert len(key_server.requests) == 1
    clock.now += 1
    keys.get(KEY_ID)
    assert len(key_server.requests) == 2


def test_only_a_few_keys_are_kept(key_server: RawS3) -> None:
    keys = PublicKeys(key_server.url)
    for number in range(KEPT_KEYS + 1):
        keys.get(f"key-{number}")
    fetched = len(key_server.requests)
    keys.get(f"key-{KEPT_KEYS}")
    keys.get("key-1")
    assert len(key_server.requests) == fetched
    keys.get("key-0")
    assert len(key_server.requests) == fetched + 1


@pytest.mark.parametrize("line", ["404 Not Found", "500 Internal Server Error"])
def test_made_up_ids_cannot_make_it_ask_again_and_again(line: str) -> None:
    clock = Clock()
    with raw_s3(whole(KEY), status(line)) as server:
        keys = PublicKeys(server.url, clock=clock)
        keys.get(KEY_ID)
        for number in range(100):
            with pytest.raises((UnknownKeyError, KeysUnavailableError)):
                keys.get(f"made-up-{number}")
        assert len(server.requests) == 2
        # Who has a key that is known does not notice.
        assert keys.get(KEY_ID)
        clock.now += PAUSE_SECONDS
        with pytest.raises((UnknownKeyError, KeysUnavailableError)):
            keys.get(OTHER_ID)
        assert len(server.requests) == 3


def at_once(count: int, call: Callable[[], object]) -> None:
    """Make a call in so many threads at the same time."""
    barrier = threading.Barrier(count)

    def run() -> None:
        barrier.wait()
        call()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_threads_share_a_fetch(key_server: RawS3) -> None:
    keys = PublicKeys(key_server.url)
    got: list[object] = []
    at_once(16, lambda: got.append(keys.get(KEY_ID)))
    assert len(got) == 16
    assert len(key_server.requests) == 1
