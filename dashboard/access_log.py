"""The access log: one line per request, for whoever looks for a slow or a failed one in CloudWatch.

What is left out: health checks that pass, files served well and the clock's callbacks (level DEBUG), for they would be
nine lines of ten; bodies, cookies, every header but the user agent, and queries, which may hold what a reader looks at.
"""

import logging
import time
from collections.abc import Set

from flask import Flask, Response, g, request

_STATIC = ("/_dash-component-suites/", "/assets/", "/_favicon.ico")
_PATH_CHARACTERS = 512
_METHOD_CHARACTERS = 16
_AGENT_CHARACTERS = 200
# The load balancer's health checks: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
_HEALTH_CHECKER = "ELB-HealthChecker/"

logger = logging.getLogger(__name__)


def add_access_log(server: Flask, *, quiet_callbacks: Set[str] = frozenset()) -> None:
    """Log every request once it is answered. request_id.py must have been added before.

    Args:
        server: the server whose requests are logged.
        quiet_callbacks: the output ids of callbacks that nobody asked for, and that are logged only if they fail.
    """

    def log(response: Response) -> Response:
        quiet = response.status_code < 400 and g.get("callback") in quiet_callbacks
        _log(response, logging.DEBUG if quiet else _level(response.status_code))
        return response

    server.after_request(log)


def _log(response: Response, level: int) -> None:
    path, agent = request.path, request.environ.get("HTTP_USER_AGENT", "")
    if logger.isEnabledFor(level):
        method = request.method[:_METHOD_CHARACTERS]
        fields = {
            "method": method,
            "path": path[:_PATH_CHARACTERS],
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.began) * 1000, 2),
            "bytes": response.content_length,
            "user_agent": agent[:_AGENT_CHARACTERS],
        }
        # Why a request was refused: errors.py, which writes this too, never repeats what the client sent.
        if reason := g.get("reason"):
            fields["reason"] = reason
        logger.log(level, "%s %s %d", method, fields["path"], response.status_code, extra={"fields": fields})


def _level(status: int) -> int:
    path, agent = request.path, request.environ.get("HTTP_USER_AGENT", "")
    if status >= 500:
        return logging.ERROR
    if status < 400 and (
        path == "/health" or (path == "/ready" and agent.startswith(_HEALTH_CHECKER)) or path.startswith(_STATIC)
    ):
        return logging.DEBUG
    return logging.INFO
