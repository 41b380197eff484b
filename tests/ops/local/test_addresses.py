"""The loopback address of a task."""

import errno
import http.client
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ops.local import addresses
from ops.local.addresses import TaskAddress, free_address
from tests.ops.local.fake_service import free_port

pytestmark = pytest.mark.unit

EMULATOR = 4566


def test_each_task_gets_an_address_of_its_own_with_the_containers_port() -> None:
    port = free_port()
    first = free_address(port, [], EMULATOR)
    second = free_address(port, [first.target_id], EMULATOR)
    assert first == TaskAddress("127.17.214.2", port, "127.17.214.2")
    assert second == TaskAddress("127.17.214.3", port, "127.17.214.3")


def test_an_address_on_which_something_listens_is_passed_over() -> None:
    with socket.create_server(("127.17.214.2", 0)) as other:
        port = other.getsockname()[1]
        assert free_address(port, [], EMULATOR).host == "127.17.214.3"


def test_two_deployments_never_choose_the_same_one() -> None:
    port = free_port()
    assert free_address(port, [], EMULATOR).host != free_address(port, [], EMULATOR + 1).host
    assert free_address(port, [], EMULATOR).host != free_address(port, [], EMULATOR + 256).host


@pytest.mark.parametrize("code", [errno.EADDRNOTAVAIL, errno.EACCES])
def test_where_the_addresses_cannot_be_had_tasks_share_one_with_a_port_each(
    code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    bindable = addresses.bindable_port

    def only_the_first(host: str, wanted: int) -> int:
        if wanted:
            raise OSError(code, "no")
        return bindable(host, wanted)

    monkeypatch.setattr(addresses, "bindable_port", only_the_first)
    first = free_address(port, [], EMULATOR)
    second = free_address(port, [first.target_id], EMULATOR)
    assert {first.host, second.host} == {"127.0.0.1"}
    assert port not in (first.port, second.port)
    assert first.target_id != second.target_id


def test_every_spelling_of_a_target_reaches_the_task() -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            for zeros in (0, 1, addresses._ZEROS[-1]):
                connection = http.client.HTTPConnection(f"127.0.0.0x{'0' * zeros}1", server.server_port, timeout=5)
                connection.request("GET", "/")
                assert connection.getresponse().status == 501
                connection.close()
        finally:
            server.shutdown()
