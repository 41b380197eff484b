"""``python -m dashboard``: the production server."""

import os
import socket
import sys

from dashboard.config import Config, ConfigError
from dashboard.server import Server


def main() -> int:
    """Serve until SIGTERM or SIGINT. Returns 2 for bad settings, 1 for an unusable address, 0 after a clean end."""
    try:
        config = Config.from_environment(os.environ)
    except ConfigError as error:
        print(f"dashboard: {error}", file=sys.stderr)
        return 2
    try:
        check_address(config.host, config.port)
    except OSError as error:
        print(
            f"dashboard: cannot listen on {config.host} port {config.port}: {error.strerror}. Set HOST or PORT.",
            file=sys.stderr,
        )
        return 1
    Server(config).run()
    return 0


def check_address(host: str, port: int) -> None:
    """Bind the address once, because granian sets SO_REUSEPORT: a second server on a port would share it, unnoticed.

    Raises:
        OSError: the port is in use, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


if __name__ == "__main__":
    sys.exit(main())
