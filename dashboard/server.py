"""granian as the dashboard needs it: keep-alive behind a load balancer, slow clients, and an end that loses nothing."""

import logging
import signal
import threading
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

from dashboard.config import Config
from dashboard.logs import LOGGING

if TYPE_CHECKING:
    from flask import Flask

# A client that sends its request slowly holds a thread: measured, 60 such clients block a server of 16 threads, /health
# included, and not one of 128. Threads start on demand and end when idle.
_THREADS = 256

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

logger = logging.getLogger(__name__)


class Server(MPServer):
    """granian that answers for some seconds more after SIGTERM, because a load balancer goes on sending for so long.

    Then it refuses new connections, ends the requests under way within ``shutdown_seconds``, and exits 0. A second
    signal, or Ctrl-C (SIGINT), skips the pause. A worker that dies is replaced; if the new one dies within seconds too,
    the server exits 1, so that whoever runs it sees a failed task.
    """

    def __init__(self, config: Config) -> None:
        super().__init__(
            "dashboard.app:server",
            address=config.host,
            port=config.port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            websockets=False,
            workers=config.workers,
            blocking_threads=_THREADS,
            workers_kill_timeout=config.shutdown_seconds,
            respawn_failed_workers=True,
            # granian has no keep-alive timeout. The time to wait for a request's headers, 30 s by default, also runs on
            # an idle connection: measured, it is closed after exactly this time.
            http1_settings=HTTP1Settings(header_read_timeout=config.keep_alive_seconds * 1000),
            log_dictconfig=LOGGING,
        )
        self._pre_stop_seconds = config.pre_stop_seconds
        self._is_pausing = False

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        handle_signals_in_a_thread()
        self.serve(target_loader=load_application, wrap_loader=False)

    def signal_handler_interrupt(self, signal_number: int, *_frame: Any) -> None:  # noqa: ANN401 - as granian has it
        """Called for SIGTERM and SIGINT, by granian's main process only."""
        if signal_number != signal.SIGTERM or self._is_pausing or not self._pre_stop_seconds:
            super().signal_handler_interrupt()  # type: ignore[no-untyped-call]
            return
        self._is_pausing = True
        logger.info("SIGTERM: answering for %d s more, then shutting down.", self._pre_stop_seconds)
        pause = threading.Timer(self._pre_stop_seconds, super().signal_handler_interrupt)
        pause.daemon = True
        pause.start()


def load_application() -> "Flask":
    """Make the application, in a worker process."""
    handle_signals_in_a_thread()
    from dashboard.app import create_server

    return create_server()


def handle_signals_in_a_thread() -> None:
    """Have a thread of its own wait for SIGINT and SIGTERM and call their handlers.

    granian's main threads wait without end for a lock, and Python runs a handler only once its main thread wakes up. A
    signal that the kernel gives to another thread does not wake it: measured with granian 2.8.7 and Python 3.11, one
    SIGTERM in ten was not noticed by a worker with threads of its own, which was then killed. To be called before other
    threads are started: they inherit that the signals are blocked, so that only ``sigwait`` receives them.
    https://docs.python.org/3/library/signal.html#signals-and-threads
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)

    def wait() -> None:
        while True:
            number = signal.sigwait(_STOP_SIGNALS)
            handler = signal.getsignal(number)
            if callable(handler):
                handler(number, None)

    threading.Thread(target=wait, name="signals", daemon=True).start()
