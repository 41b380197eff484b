"""The id of a request: the load balancer's, so that its access log and ours can be joined.

It is in every line that is logged meanwhile, and told to the client in the header ``X-Request-Id``.
"""

import os
import re
import time

from flask import Flask, Response, g, request

from dashboard.logs import request_fields

HEADER = "X-Request-Id"

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
# A client may send a header of its own, which the load balancer passes on: hence the bounds.
_TRACE_HEADER = "HTTP_X_AMZN_TRACE_ID"
_ROOT = re.compile(r"(?:^|;) ?Root=([A-Za-z0-9_-]{1,64})(?:;|$)")
_HEADER_CHARACTERS = 512


def add_request_id(server: Flask) -> None:
    """Give each request an id, ``g.request_id``, and note when it began, ``g.began`` (``time.perf_counter``)."""
    server.before_request(_begin)
    server.after_request(_tell_client)
    server.teardown_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = request_id(request.environ.get(_TRACE_HEADER, ""))
    request_fields.set({"request_id": g.request_id})


def _tell_client(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    return response


def _end(_error: BaseException | None) -> None:
    request_fields.set({})


def request_id(trace: str) -> str:
    """The ``Root`` of an ``X-Amzn-Trace-Id`` header; a new id of the same form if there is none that can be used."""
    if trace and (found := _ROOT.search(trace[:_HEADER_CHARACTERS])):
        return found[1]
    return f"1-{int(time.time()):08x}-{os.urandom(12).hex()}"
