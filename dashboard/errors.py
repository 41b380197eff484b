"""Errors for the client: one line of JSON, ``{"message": …}``, as flask-restful gives, and nothing of the inside."""

import orjson
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException


def add_errors(server: Flask) -> None:
    """Answer every error as JSON. A fault of ours is a 500 that says nothing; Flask logs it with its traceback."""
    server.register_error_handler(HTTPException, _as_json)


def _as_json(error: HTTPException) -> Response:
    message = " ".join((error.description or error.name).split())
    # For the access log.
    g.reason = message
    # Its headers stay: a 405 says which methods are allowed.
    response = Response(status=error.code, headers=error.get_headers())
    response.data = orjson.dumps({"message": message}) + b"\n"
    response.content_type = "application/json"
    return response
