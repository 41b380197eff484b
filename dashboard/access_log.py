"""The access log: one line per request, for whoever looks for a slow or a failed one in CloudWatch.

What is left out: health checks that pass, and files served well (level DEBUG), for they would be nine lines of ten;
bodies, cookies, every header but the user agent, and queries, which may hold what a reader looks at.
"""

import logging
import time

from flask import Flask, Response, g, request

_STATIC = ("/_dash-component-suites/", "/assets/", "/_favicon.ico")
_PATH_CHARACTERS = 512
_METHOD_CHARACTERS = 16
_AGENT_CHARACTERS = 200
# The load balancer's health checks: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
_HEALTH_CHECKER = "ELB-HealthChecker/"

logger = logging.getLogger(__name__)


def add_access_log(server: Flask) -> None:
    """Log every request once it is answered. request_id.py must have been added before."""
    server.after_request(_log)


def _log(response: Response) -> Response:
    status, path = response.status_code, request.path
    agent = request.environ.get("HTTP_USER_AGENT", "")
    level = _level(status, path, agent)
    if logger.isEnabledFor(level):
        method = request.method[:_METHOD_CHARACTERS]
        fields = {
            "method": method,
            "path": path[:_PATH_CHARACTERS],
            "status": status,
            "ms": round((time.perf_counter() - g.began) * 1000, 2),
            "bytes": response.content_length,
            "user_agent": agent[:_AGENT_CHARACTERS],
        }
        # Why a request was refused: errors.py, which writes this too, never repeats what the client sent.
        if reason := g.get("reason"):
            fields["reason"] = reason
        logger.log(level, "%s %s %d", method, fields["path"], status, extra={"fields": fields})
    return response


def _level(status: int, path: str, agent: str) -> int:
    if status >= 500:
        return logging.ERROR
    if status < 400 and (
        path == "/health" or (path == "/ready" and agent.startswith(_HEALTH_CHECKER)) or path.startswith(_STATIC)
    ):
        return logging.DEBUG
    return logging.INFO
