"""GET /sign-out: ends the load balancer's session."""

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as Answer

PATH = "/sign-out"

# The load balancer cuts a session of more than 4K into up to four cookies, and leaves it to us to let them expire:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#authentication-logout
_COOKIES = [f"AWSELBAuthSessionCookie-{number}" for number in range(4)]

_SIGNED_OUT = """<!DOCTYPE html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Signed out</title></head>
  <body><h1>You are signed out</h1><p><a href="/">Sign in again</a></p></body>
</html>
"""


def add_sign_out(server: Flask, next_url: str) -> None:
    """Add the page. ``next_url`` is where it leads; empty for a page that says that the reader is signed out.

    It can do no more than sign a reader out, and not even that if another site asks for it: browsers say so
    (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site), and the reader sees the dashboard.
    """

    @server.get(PATH)
    def sign_out() -> Answer:
        if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
            return redirect("/", 303)
        answer = redirect(next_url, 303) if next_url else Response(_SIGNED_OUT)
        for name in _COOKIES:
            answer.delete_cookie(name, secure=True, httponly=True)
        return answer
