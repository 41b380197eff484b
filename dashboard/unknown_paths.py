"""404 for addresses that no page has: Dash answers 200 with its page for every path."""

import re

import dash
from flask import Flask, Response, request
from werkzeug.exceptions import NotFound


def add_unknown_paths(server: Flask) -> None:
    """Give the page for an unknown address, which is pages/not_found_404.py, the status 404.

    What is below Dash's own names is no page, and gets an error. callback_guard.py must have been added before.
    """

    @server.before_request
    def refuse() -> None:
        if request.path.startswith("/_dash-") and _is_catch_all():
            raise NotFound

    @server.after_request
    def answer_404(response: Response) -> Response:
        if _is_catch_all() and response.status_code == 200 and not _is_page(request.path):
            response.status_code = 404
        return response


def _is_catch_all() -> bool:
    """Whether the request goes to Dash's rule for paths that have no other."""
    return request.endpoint is not None and request.endpoint.endswith("<path:path>")


def _is_page(path: str) -> bool:
    return any(
        path == page["relative_path"] or (page["path_template"] and _is_like(path, page["path_template"]))
        for name, page in dash.page_registry.items()
        if not name.endswith("not_found_404")
    )


def _is_like(path: str, template: str) -> bool:
    """Whether a path is one of a template such as ``/country/<name>``."""
    parts = re.split(r"<[^>]*>", template)
    return re.fullmatch(".+".join(map(re.escape, parts)), path) is not None
