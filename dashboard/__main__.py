"""``python -m dashboard``: the production server."""

import os
import socket
import sys

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

from dashboard.config import Config, ConfigError
from dashboard.logs import LOGGING

# A client that sends its request slowly holds a thread: measured, 60 such clients block a server of 16 threads, /health
# included, and not one of 128. Threads start on demand and end when idle.
_THREADS = 256


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
    create_server(config).serve()
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


def create_server(config: Config) -> MPServer:
    """granian as the dashboard needs it. On SIGTERM it refuses new connections, ends running requests, and exits 0."""
    return MPServer(
        "dashboard.app:server",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=config.workers,
        blocking_threads=_THREADS,
        workers_kill_timeout=config.shutdown_seconds,
        # granian has no keep-alive timeout. The time to wait for a request's headers, 30 s by default, also runs on
        # an idle connection: measured, it is closed after exactly this time.
        http1_settings=HTTP1Settings(header_read_timeout=config.keep_alive_seconds * 1000),
        log_dictconfig=LOGGING,
    )


if __name__ == "__main__":
    sys.exit(main())
