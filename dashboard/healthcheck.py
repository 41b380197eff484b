"""``python -m dashboard.healthcheck``: the container's health check. Standard library only, so that it starts fast."""

import http.client
import ipaddress
import json
import os
import sys

from dashboard.config import Config, ConfigError


def is_healthy(host: str, port: int) -> bool:
    """Whether a server answers ``{"up": "OK"}`` at ``/health``; a status alone could be any page's."""
    connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        return answer.status == 200 and bool(json.loads(answer.read()) == {"up": "OK"})
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()


def main() -> int:
    """Ask the dashboard with the settings of this environment. Returns 0 if it is healthy, else 1."""
    try:
        config = Config.from_environment(os.environ)
    except ConfigError as error:
        print(f"dashboard: {error}", file=sys.stderr)
        return 1
    listens_everywhere = ipaddress.ip_address(config.host).is_unspecified
    return 0 if is_healthy("127.0.0.1" if listens_everywhere else config.host, config.port) else 1


if __name__ == "__main__":
    sys.exit(main())
