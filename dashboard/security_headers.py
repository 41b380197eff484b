"""Security headers: what a browser may do with the page, and who may frame it.

A callback's answer is data, which no browser opens as a page: it carries only what keeps it that way, and so stays near
a kilobyte on the wire.

Not flask-talisman 1.1.0: it knows no Cross-Origin-Opener-Policy, and builds every text anew for every response (41 µs
measured, against 9 here, of the 300 or so that a callback takes).
"""

from dash import Dash
from flask import Flask, Response, request

# Only meaningful, and only heeded by browsers, over https, which ends at the load balancer. Not for subdomains: they
# are not this dashboard's to decide on.
_HSTS = f"max-age={365 * 24 * 3600}"


def content_security_policy(script_hashes: list[str]) -> str:
    """What the page may load and do: what comes from its own address, and Dash's few inline scripts by their hashes."""
    directives = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        # Plotly and Dash's components write style attributes and style elements.
        "style-src": "'self' 'unsafe-inline'",
        # Plotly draws a figure that is saved as an image through data: and blob: addresses.
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def add_security_headers(app: Dash) -> None:
    """Add the headers to every response. To be called once all callbacks are registered: some are inline scripts."""
    server: Flask = app.server
    of_data = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
    of_pages = {
        "Content-Security-Policy": content_security_policy(list(app.csp_hashes())),
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    } | of_data

    @server.after_request
    def add(response: Response) -> Response:
        # A quarter of the time that update takes, which looks for each name first: nothing else sets these.
        response.headers.extend(of_data if response.mimetype == "application/json" else of_pages)
        # Not even a tab that is restored may show an old page: it would not fit the callbacks of today.
        response.headers.setdefault("Cache-Control", "no-store")
        if request.environ.get("HTTP_X_FORWARDED_PROTO") == "https":
            response.headers["Strict-Transport-Security"] = _HSTS
        return response
