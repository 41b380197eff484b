"""What a synth of all stacks costs: with the bindings loaded lazily, and beside it, in the same run, plainly.

    ./dashctl python bench/synth.py [--runs 5]

CPU is user and system time of the whole process tree. Memory is the highest sum of what its processes hold, sampled
every 20 ms: proportional set sizes, which count a shared page once, where the system tells them (Linux), else resident
sizes. The two kinds of run take turns, so that a machine that slows down slows both. Printed are medians and their
ratio.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
GOAL_CPU_SECONDS = 1.5
GOAL_MEMORY_MB = 300


@dataclass(frozen=True)
class Cost:
    """What one synth took: seconds of CPU, seconds on the clock, and megabytes at its peak."""

    cpu: float
    wall: float
    memory: float


def measure(*, eager: bool) -> Cost:
    """Synthesize every stack once, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {"CDKTF_OUTDIR": folder, "DASH_EAGER_BINDINGS": str(int(eager))}
        before, start, peak = os.times(), time.perf_counter(), 0
        with subprocess.Popen([sys.executable, "main.py"], cwd=ROOT, env=environ) as process:
            root = psutil.Process(process.pid)
            while process.poll() is None:
                peak = max(peak, _held(root))
                time.sleep(0.02)
        after = os.times()
    if process.returncode:
        sys.exit("error: the synth failed; its message stands above")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(cpu, time.perf_counter() - start, peak / 1e6)


def _held(root: psutil.Process) -> int:
    total = 0
    try:
        for process in (root, *root.children(recursive=True)):
            memory = process.memory_full_info()
            total += getattr(memory, "pss", memory.rss)
    except psutil.Error:
        return total  # it ended in between
    return total


def main() -> None:
    """Measure and print both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each kind (default 5)")
    runs = parser.parse_args().runs
    measure(eager=False)  # not counted: warms the caches of Python and jsii
    measure(eager=True)
    costs: dict[str, list[Cost]] = {"lazy": [], "plain": []}
    for _ in range(runs):
        costs["lazy"].append(measure(eager=False))
        costs["plain"].append(measure(eager=True))
    medians = {
        kind: Cost(*(statistics.median(getattr(cost, name) for cost in measured) for name in ("cpu", "wall", "memory")))
        for kind, measured in costs.items()
    }
    print(f"all stacks of '{os.environ.get('DASH_ENV', 'local')}', {runs} runs of each, medians")
    print(f"{'bindings':10} {'CPU s':>8} {'wall s':>8} {'peak MB':>8}")
    for kind, cost in medians.items():
        print(f"{kind:10} {cost.cpu:8.2f} {cost.wall:8.2f} {cost.memory:8.0f}")
    lazy, plain = medians["lazy"], medians["plain"]
    print(f"{'ratio':10} {plain.cpu / lazy.cpu:8.1f} {plain.wall / lazy.wall:8.1f} {plain.memory / lazy.memory:8.1f}")
    met = lazy.cpu <= GOAL_CPU_SECONDS and lazy.memory <= GOAL_MEMORY_MB
    print(f"goal: at most {GOAL_CPU_SECONDS} s CPU and {GOAL_MEMORY_MB} MB: {'met' if met else 'NOT met'}")
    sys.exit(not met)


if __name__ == "__main__":
    main()
