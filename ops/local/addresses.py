"""Gives every local task an address of its own on loopback, as awsvpc networking gives it one in the VPC."""

import errno
import socket
from collections.abc import Collection
from dataclasses import dataclass

_HOSTS = range(2, 255)
# 0x001: one part of a host name has at most 63 characters.
_ZEROS = range(61)


@dataclass(frozen=True)
class TaskAddress:
    """Where a task listens, and the id under which the target group knows that address."""

    host: str
    port: int
    target_id: str


def free_address(port: int, taken: Collection[str], emulator_port: int) -> TaskAddress:
    """Return an address for a new task; `taken` holds the target ids of the deployment's tasks.

    Linux answers on all of 127.0.0.0/8, so a task gets one with the container's own port, in a network that is spelled
    by the emulator's port and so is no other deployment's: of two tasks that began on one address at once, each would
    get the other's requests (granian sets SO_REUSEPORT). Where the system has only 127.0.0.1 (macOS) or forbids the
    port, tasks share 127.0.0.1 with a free port each. MiniStack 1.5.33 tells targets apart by their id alone, whatever
    their port (`_register_targets` in its services/alb.py, https://pypi.org/project/ministack/), so there each id
    spells 127.0.0.1 differently.

    Raises OSError when no address is free.
    """
    for last in _HOSTS:
        host = f"127.{emulator_port >> 8}.{emulator_port & 0xFF}.{last}"
        if host in taken:
            continue
        try:
            return TaskAddress(host, bindable_port(host, port), host)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                break
    spellings = (f"127.0.0.0x{'0' * zeros}1" for zeros in _ZEROS)
    target_id = next((spelling for spelling in spellings if spelling not in taken), None)
    if target_id is None:
        raise OSError(f"no loopback address is left for port {port}")
    return TaskAddress("127.0.0.1", bindable_port("127.0.0.1", 0), target_id)


def bindable_port(host: str, port: int) -> int:
    """Return the port if one can listen there now, for port 0 one that the system chooses. Raises OSError if not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        bound: int = probe.getsockname()[1]
        return bound
