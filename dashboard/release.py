"""Which version of the dashboard made a page, and which answers it, so that an old page can ask its reader to reload.

The page carries its version in a meta tag, every response carries the version of the task that made it in a header, and
assets/server_notice.js compares them. While a deployment replaces the tasks, both versions answer, and neither number
says which is the newer one (a rollback goes back). So a page that is answered by another version:

- asks again, a few times, where that version refused a callback (the guard refuses before anything runs, so it is safe
  to ask again) or described the page at its start: with luck its own version is next. If it is not, the page says that
  it must be reloaded.
- works on where the answer is a good one, and suggests to reload only when its own version has not answered for a
  minute: then the old tasks are gone, and a reload cannot land on one of them.

It never reloads by itself, which could go round in circles, and would lose what the reader is doing.
"""

from dash import Dash
from flask import Flask, Response

HEADER = "Dashboard-Version"
META = "dashboard-version"


def add_release(app: Dash, version: str) -> None:
    """Write the version into the page and into the header of every response."""
    app.config.meta_tags.append({"name": META, "content": version})
    server: Flask = app.server

    @server.after_request
    def add(response: Response) -> Response:
        response.headers[HEADER] = version
        return response
