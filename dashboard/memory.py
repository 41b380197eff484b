"""How much memory a data set needs, and how much of it there is: what cannot fit is refused before it is read.

The numbers were measured with ``bench/data_size.py`` at 10 million rows, and on a server with the sample data.
"""

import os
import resource
import sys
from dataclasses import dataclass
from pathlib import Path

MIB = 2**20

# Bytes that loading takes at its highest beyond what was held before: for a row (of 26 bytes, measured 53 when the rows
# are in no order), for a country (measured 500), and whatever the data are (measured 17 MB).
_LOAD_ROW = 60
_LOAD_COUNTRY = 700
_LOAD = 24 * MIB
# The same for a byte of a file whose rows are not known yet: measured 1.0 and 3.5. Files with shorter rows or more
# compressible ones need more, and are refused by their rows.
_LOAD_CSV_BYTE = 1.5
_LOAD_PARQUET_BYTE = 4.5

# Bytes that a data set holds once it is loaded: for a row and for a country.
_OWN_ROW = 26
_OWN_COUNTRY = 400

# What a task holds beside its data (measured 27 and 135 MiB): the server's main process once, and each worker.
_MAIN_PROCESS = 40 * MIB
_WORKER = 140 * MIB

# cgroup v2 and v1: https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_STATM = Path("/proc/self/statm")


class TooLargeError(ValueError):
    """The data cannot be held beside what is served. The message is one line and tells what to do."""


@dataclass(frozen=True)
class Room:
    """The memory (bytes) that loading a data set may take, and that of the task; None is without limit."""

    free: int | None = None
    limit: int | None = None

    def check_csv(self, size: int) -> None:
        """Raise TooLargeError if a CSV of so many bytes does not fit, by what such files take as a rule."""
        self._check(round(size * _LOAD_CSV_BYTE) + _LOAD, f"The CSV has {mib(size)}")

    def check_parquet(self, size: int) -> None:
        """Raise TooLargeError if a Parquet file of so many bytes does not fit, by what such files take as a rule."""
        self._check(round(size * _LOAD_PARQUET_BYTE) + _LOAD, f"The Parquet file has {mib(size)}")

    def check_rows(self, rows: int, *, countries: int = 0, name_bytes: int = 0, held: int = 0) -> None:
        """Raise TooLargeError if data do not fit.

        Args:
            rows: number of rows.
            countries: number of countries, and ``name_bytes`` the bytes of their names.
            held: bytes of the file that stay in memory meanwhile.
        """
        of = f" of {countries:,} countries" if countries else ""
        self._check(_load_bytes(rows, countries, name_bytes, held), f"There are at least {rows:,} rows{of}")

    def _check(self, need: int, what: str) -> None:
        if self.free is not None and self.limit is not None and need > self.free:
            raise TooLargeError(
                f"{what}, so loading takes about {mib(need)} of memory, and {mib(self.free)} of the task's "
                f"{mib(self.limit)} are left for it. Give the task more memory, or upload fewer rows"
            )


def _load_bytes(rows: int, countries: int, name_bytes: int, held: int) -> int:
    return _LOAD + rows * _LOAD_ROW + countries * _LOAD_COUNTRY + 4 * name_bytes + held


def task_bytes(rows: int, countries: int, *, name_bytes: int, held: int, workers: int = 1) -> int:
    """The memory that a task needs to serve a data set and to load another one of the same size meanwhile."""
    own = rows * _OWN_ROW + countries * _OWN_COUNTRY + name_bytes
    return _MAIN_PROCESS + workers * (_WORKER + own + _load_bytes(rows, countries, name_bytes, held))


def room(memory_mib: int, workers: int) -> Room:
    """What is left for one worker now, beside what it serves.

    Args:
        memory_mib: the task's memory; 0 to find it out.
        workers: number of workers, which share it.
    """
    limit = memory_mib * MIB or limit_bytes()
    share = max(limit - _MAIN_PROCESS, 0) // workers
    return Room(free=max(share - resident_bytes(), 0), limit=limit)


def limit_bytes() -> int:
    """The memory that this process may use: the container's limit, or that of the machine."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in _CGROUP_LIMITS:
        try:
            limits.append(int(path.read_text()))
        except (OSError, ValueError):
            continue  # not this version of cgroup, or "max"
    return min(limits)


def resident_bytes() -> int:
    """What this process holds now; where the system does not tell, the most it ever held."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


def mib(size: int) -> str:
    """A number of bytes for people."""
    return f"{size / MIB:,.0f} MiB"
