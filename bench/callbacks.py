"""Choosing a country: the dashboard beside its peer, a dashboard in the style of the published reference.

    ./dashctl python -m bench.callbacks [--seconds 1] [--json FILE]

Both run in the same minutes on the same core, in turns (the one that waits is suspended), with the same data from a
local stand-in for S3; the load generator has another core. The clients choose one country after the other, all of them,
as Dash's browser code does. "every one new" sends bodies that differ in white space, so that no answer comes from
dashboard/response_cache.py: the price of an answer that nobody has asked for yet.

"per core" is callbacks for each second of CPU, user and system, of the server's whole process tree; "busy" is how much
of its core the server had. With a core for itself and clients enough it is 100 %, and both rates are one; where other
work takes the core, or the load generator's, only the first is still right. Each load is measured five times, and of
each dashboard the round with most answers counts. Memory is what its processes hold after the load: proportional set
sizes on Linux, else resident sizes. The start is timed from the command until the page is answered.

Exit status 1 if a goal is missed.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.object_store import BUCKET, serve_object
from bench.payloads import country_payloads
from bench.processes import ROOT, Server, cores, memory_mb, serve
from dashboard.sample import sample_csv

CONNECTIONS = (1, 8, 64)
STARTS = 3
ROUNDS = 5  # of each load, in turn; the one with most answers counts, as the least disturbed by other work

SEED, OURS, NEW = "in the style of the reference", "ours", "ours, every one new"
COMMANDS = {SEED: [sys.executable, "bench/seed_style.py"], OURS: [sys.executable, "-m", "dashboard"]}

# What the images tell the C library; the reference's tells it nothing.
_SETTINGS = re.findall(r"(MALLOC_\w+)=(\d+)", (ROOT / "dashboard/Dockerfile").read_text())
IMAGE: dict[str, dict[str, str]] = {SEED: {}, OURS: dict(_SETTINGS)}

RATIO_GOAL, RATIO_AIM = 80, 100
START_GOAL_SECONDS = 1.5
ANSWER_GOAL_BYTES = 1000


@dataclass
class Result:
    """What was measured of one dashboard: seconds, MB, bytes, and the load generator's figures by connections."""

    start_seconds: float = 0.0
    memory_mb: float = 0.0
    loads: dict[int, dict[str, float]] = field(default_factory=dict)

    @property
    def answer_bytes(self) -> tuple[float, float]:
        """The largest answer to the choice of a country, compressed: without its headers, and with them."""
        return max((load["content_bytes"], load["bytes_with_headers"]) for load in self.loads.values())


def load(server: Server, payloads: Path, connections: int, seconds: float, *options: str) -> dict[str, float]:
    """The load generator's figures for a running server; the program ends if an answer fails."""
    numbers = [server.port, server.pid, connections, seconds]
    command = [sys.executable, "-m", "bench.load", *map(str, numbers), str(payloads), *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(f"error: the load generator failed: {ended.stderr.strip()[-500:]}")
    figures: dict[str, float] = json.loads(ended.stdout)
    return figures


def environment(s3_address: str) -> dict[str, str]:
    """What both dashboards are told."""
    return {
        "BUCKET_NAME": BUCKET,
        "HOST": "127.0.0.1",
        "AWS_ENDPOINT_URL_S3": s3_address,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": "eu-central-1",
    }


def learn_payloads(server: Server, folder: str) -> Path:
    """Write a server's callbacks into a file, once its data are there."""
    deadline = time.monotonic() + 30
    while True:
        try:
            bodies = country_payloads(server.port)
            break
        except LookupError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    path = Path(folder, f"{server.pid}.json")
    path.write_text(json.dumps([body.decode() for body in bodies]))
    return path


def measure(seconds: float) -> dict[str, Result]:
    """The peer, ours, and ours when every question is a new one."""
    results = {SEED: Result(), OURS: Result(), NEW: Result()}
    with serve_object(sample_csv()) as s3_address, tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        variables = environment(s3_address)
        for name, times in start_times(variables).items():
            results[name].start_seconds = statistics.median(times)
        servers = {
            name: running.enter_context(serve(command, **variables, **IMAGE[name]))
            for name, command in COMMANDS.items()
        }
        payloads = {name: learn_payloads(server, folder) for name, server in servers.items()}
        for server in servers.values():
            server.suspend()
        for connections in CONNECTIONS:
            rounds: dict[str, list[dict[str, float]]] = {name: [] for name in results}
            for _ in range(ROUNDS):
                for name, server in servers.items():
                    with server.running():
                        rounds[name].append(load(server, payloads[name], connections, seconds))
                with servers[OURS].running():
                    rounds[NEW].append(load(servers[OURS], payloads[OURS], connections, seconds, "--unique"))
            for name, found in rounds.items():
                results[name].loads[connections] = max(found, key=lambda figures: figures["per_second"])
        for name, server in servers.items():
            results[name].memory_mb = memory_mb(server.pid)
    results[NEW].start_seconds, results[NEW].memory_mb = results[OURS].start_seconds, results[OURS].memory_mb
    return results


def start_times(variables: dict[str, str]) -> dict[str, list[float]]:
    """Seconds of each of some starts, after one that is not counted: it fills the caches of files and bytecode."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for counted in (False, *[True] * STARTS):
        for name, command in COMMANDS.items():
            with serve(command, **variables, **IMAGE[name]) as server:
                if counted:
                    times[name].append(server.start_seconds)
    return times


def print_table(results: dict[str, Result]) -> None:
    """Every figure, and beside ours how many times better it is than the peer's."""
    columns = ("per second", "busy %", "per core", "times", "p50 ms", "p95 ms", "p99 ms", "content B", "+ headers")
    print(f"{'callbacks':48}" + "".join(f"{column:>11}" for column in columns))
    for connections in CONNECTIONS:
        for name, result in results.items():
            found = result.loads[connections]
            figures = (
                f"{found['per_second']:.0f}",
                f"{found['per_second'] * found['cpu_ms'] / 10:.0f}",
                f"{1000 / found['cpu_ms']:.0f}",
                f"{results[SEED].loads[connections]['cpu_ms'] / found['cpu_ms']:.0f}",
                *(f"{found[key]:.1f}" for key in ("p50_ms", "p95_ms", "p99_ms")),
                f"{found['content_bytes']:.0f}",
                f"{found['bytes_with_headers']:.0f}",
            )
            print(f"{f'{name}, {connections} connections':48}" + "".join(f"{figure:>11}" for figure in figures))
    for name in COMMANDS:
        print(f"{name}: start {results[name].start_seconds:.2f} s, memory {results[name].memory_mb:.0f} MB")


def goals(results: dict[str, Result]) -> Iterator[tuple[str, bool]]:
    """Each goal with what was found, and whether it is met."""
    seed, ours = results[SEED], results[OURS]
    # With one connection the server waits for the client, and the client for the server: that is no measure of a core.
    for connections in CONNECTIONS[1:]:
        ratio = seed.loads[connections]["cpu_ms"] / ours.loads[connections]["cpu_ms"]
        goal = f"at least {RATIO_GOAL} times the callbacks per core (aim {RATIO_AIM}) at {connections} connections"
        yield f"{goal}: {ratio:.0f}", ratio >= RATIO_GOAL
    p99, p50 = ours.loads[64]["p99_ms"], seed.loads[8]["p50_ms"]
    yield f"p99 at 64 connections at most a third of the peer's p50 at 8: {p99:.0f} of {p50:.0f} ms", p99 <= p50 / 3
    yield (
        f"less than half the peer's memory: {ours.memory_mb:.0f} of {seed.memory_mb:.0f} MB",
        ours.memory_mb < seed.memory_mb / 2,
    )
    start = ours.start_seconds
    yield f"started within {START_GOAL_SECONDS} s: {start:.2f} s", start < START_GOAL_SECONDS
    content, whole = ours.answer_bytes
    yield (
        f"a country in less than {ANSWER_GOAL_BYTES} bytes: {content:.0f} ({whole:.0f} with headers)",
        content < ANSWER_GOAL_BYTES,
    )


def main() -> int:
    """Measure, print, and judge. Returns 0, or 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.callbacks", description="Measure a choice of a country.")
    parser.add_argument("--seconds", type=float, default=1, help="of load, in each of five rounds (default 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures into a file too")
    given = parser.parse_args()
    if cores() < 2:
        print("warning: one core for server and load generator together; the ratios come out too small")
    results = measure(given.seconds)
    print_table(results)
    judged = list(goals(results))
    for text, is_met in judged:
        print(f"goal: {text}: {'met' if is_met else 'NOT met'}")
    if given.json:
        given.json.write_text(json.dumps({name: asdict(result) for name, result in results.items()}, indent=2) + "\n")
    return 0 if all(is_met for _, is_met in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
