import json
import logging
import re

import pytest
from flask import Flask

from dashboard.request_id import HEADER, add_request_id, request_id
from tests.dashboard.log_lines import log_lines

pytestmark = pytest.mark.unit

GENERATED = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
ROOT = "1-67891233-abcdef012345678912345678"


@pytest.mark.parametrize(
    "trace",
    [
        f"Root={ROOT}",
        f"Self=1-67891234-12456789abcdef012345678;Root={ROOT}",
        f"Root={ROOT};CalledFrom=app",
        f"a=b; Root={ROOT}",
    ],
)
def test_the_load_balancers_id_is_taken(trace: str) -> None:
    assert request_id(trace) == ROOT


@pytest.mark.parametrize(
    "trace",
    [
        "",
        "Root=",
        "Self=1-2-3",
        'Root=a"b',
        "Root=a b",
        "Root=\u00e9",
        f"Root={'a' * 65}",
        "NotRoot=a",
        f"{'x' * 600};Root=a",
    ],
)
def test_what_is_no_id_is_replaced(trace: str) -> None:
    first, second = request_id(trace), request_id(trace)
    assert GENERATED.fullmatch(first)
    assert first != second


@pytest.fixture
def server() -> Flask:
    server = Flask("test")
    add_request_id(server)

    @server.get("/work")
    def work() -> str:
        logging.getLogger("work").warning("working")
        return "done"

    @server.get("/fail")
    def fail() -> str:
        raise RuntimeError("broken")

    return server


def test_the_client_is_told_the_id(server: Flask) -> None:
    client = server.test_client()
    assert client.get("/work", headers={"X-Amzn-Trace-Id": f"Root={ROOT}"}).headers[HEADER] == ROOT
    assert GENERATED.fullmatch(client.get("/nowhere").headers[HEADER])
    assert client.get("/fail", headers={"X-Amzn-Trace-Id": f"Root={ROOT}"}).headers[HEADER] == ROOT


def test_every_line_of_a_request_has_its_id_and_no_other_line(
    server: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    with log_lines() as written:
        client = server.test_client()
        client.get("/work", headers={"X-Amzn-Trace-Id": "Root=1-a"})
        logging.getLogger("work").warning("between")
        client.get("/fail", headers={"X-Amzn-Trace-Id": "Root=1-b"})
        logging.getLogger("work").warning("after")
    lines = [json.loads(line) for line in written]
    told = [(line["message"], line.get("request_id")) for line in lines]
    assert told == [("working", "1-a"), ("between", None), ("Exception on /fail [GET]", "1-b"), ("after", None)]
    assert "RuntimeError: broken" in lines[2]["exception"]
