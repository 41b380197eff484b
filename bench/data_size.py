"""What a data set costs by its size: 3 thousand to 10 million rows, as CSV, as CSV in no order, and as Parquet.

    ./dashctl python bench/data_size.py [--rows 3000 1000000 …] [--folder FOLDER]

Every country has 100 years, so a larger file has more countries. Each file is read in a process of its own on one core,
as a stream, the way it arrives from S3. Before it, that process reads the 3 thousand rows, as a server that runs has
read data before: what is in memory then is the baseline. Printed are

- load: seconds of CPU from the first byte to the indexed data set;
- own: megabytes of the data set itself, its columns and its index;
- peak: the highest megabytes above the baseline while loading, and how many times the data set's own that is;
- callback: microseconds of CPU from a country's name to its figure as a dictionary, in the best of 21 rounds.

It exits with 1 if from 1 million rows on the peak is 3 times the data set's own or more, or if a callback takes more
than three times as long with the most rows as with the fewest: 3,333 times the data fit in no processor's cache.
"""

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    from dashboard.dataset import Dataset

ROOT = Path(__file__).parents[1]
YEARS = 100
SIZES = [3_000, 100_000, 1_000_000, 10_000_000]
HIGHEST_RATIO = 3
# Below, what every load takes (buffers, blocks that are read ahead) exceeds the data.
SMALLEST_FOR_RATIO = 1_000_000
HIGHEST_GROWTH = 3


@dataclass(frozen=True)
class Stream:
    """A file that can only be read forwards, as a body from S3."""

    name: str
    size: int

    def open(self) -> io.BufferedReader:
        class Raw(io.FileIO):
            def seekable(self) -> bool:
                return False

        return io.BufferedReader(Raw(self.name), 64 * 1024)


@dataclass(frozen=True)
class Cost:
    """What was measured of one file: seconds, bytes, and microseconds."""

    rows: int
    load: float
    own: int
    peak: int
    callback: float

    @property
    def ratio(self) -> float:
        return self.peak / self.own


def write(rows: int, folder: Path) -> dict[str, Path]:
    """Write the same data in every form, half a million rows at a time."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv, parquet

    files = {
        "CSV": folder / f"{rows}.csv",
        "CSV, no order": folder / f"{rows}-unordered.csv",
        "Parquet": folder / f"{rows}.parquet",
    }
    kinds = [pa.string(), pa.string(), pa.int64(), pa.float64(), pa.int64(), pa.float64()]
    names = ["country", "continent", "year", "lifeExp", "pop", "gdpPercap"]
    schema = pa.schema(list(zip(names, kinds, strict=True)))
    random = np.random.default_rng(1)
    shuffled = random.permutation(rows)

    def batch(index: "npt.NDArray[Any]") -> "pa.RecordBatch":
        countries, numbers = np.unique(index // YEARS, return_inverse=True)
        texts = pa.array([f"Country {country:06}" for country in countries.tolist()])
        continents = pa.array(["Africa", "Americas", "Asia", "Europe", "Oceania"])
        return pa.record_batch(
            [
                pa.DictionaryArray.from_arrays(numbers.astype("int32"), texts).cast(pa.string()),
                pa.DictionaryArray.from_arrays((index // YEARS % 5).astype("int32"), continents).cast(pa.string()),
                pa.array(1925 + index % YEARS),
                pa.array(random.uniform(30, 85, len(index)).round(3)),
                pa.array(random.integers(10_000, 1_000_000_000, len(index))),
                pa.array(random.uniform(200, 50_000, len(index)).round(4)),
            ],
            schema=schema,
        )

    plain = csv.WriteOptions(quoting_style="needed")
    with (
        csv.CSVWriter(files["CSV"], schema, write_options=plain) as ordered,
        csv.CSVWriter(files["CSV, no order"], schema, write_options=plain) as unordered,
        parquet.ParquetWriter(files["Parquet"], schema) as columnar,
    ):
        for start in range(0, rows, 500_000):
            end = min(start + 500_000, rows)
            part = batch(np.arange(start, end))
            ordered.write(part)
            columnar.write(part)
            unordered.write(batch(shuffled[start:end]))
    return files


def measure(file: Path, small: Path) -> Cost:
    """Read one file in this process."""
    from dashboard.reading import read

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    def load(path: Path) -> "Dataset":
        return read(Stream(str(path), path.stat().st_size))

    load(small)
    baseline, began = held(), time.process_time()
    data = load(file)
    seconds, most = time.process_time() - began, held("VmHWM")

    step = max(len(data.countries) // 997, 1)
    countries = data.countries[::step]
    rounds = []
    for _ in range(21):
        start = time.process_time()
        for country in countries:
            figure(data, country)
        rounds.append((time.process_time() - start) / len(countries))
    return Cost(data.row_count, seconds, own(data), most - baseline, min(rounds) * 1e6)


def figure(data: "Dataset", country: str) -> dict[str, Any]:
    """What a callback does with the data."""
    line = {"type": "scatter", "x": data.series(country, "year"), "y": data.series(country, "pop")}
    return {"data": [line], "layout": {}}


def own(data: "Dataset") -> int:
    """Bytes of a data set: its columns and its index."""
    columns = sum(int(values.nbytes) for values in data.columns.values())
    index = sum(map(sys.getsizeof, (data.countries, data.rows, data.continent_of, data.continents)))
    index += sum(map(sys.getsizeof, data.continents.values()))
    for country, rows in data.rows.items():
        index += sys.getsizeof(country) + sys.getsizeof(rows) + sys.getsizeof(rows.start)
    return columns + index


def held(line: str = "VmRSS") -> int:
    """Bytes that this process holds, or with VmHWM the most it ever held. Elsewhere than on Linux always the most."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
    return next(int(text.split()[1]) for text in status.splitlines() if text.startswith(f"{line}:")) * 1024


def measure_apart(file: Path, small: Path) -> Cost:
    """Read one file in a new process."""
    command = [sys.executable, __file__, "--measure", str(file), str(small)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit("error: a measurement failed; its message stands above")
    return Cost(**json.loads(done.stdout))


def run(sizes: list[int], folder: Path) -> bool:
    """Measure and print everything. Returns whether the goals are met."""
    small = write(min(SIZES), folder)
    costs: dict[str, list[Cost]] = {kind: [] for kind in small}
    print(
        f"{'':14} {'rows':>11} {'load s':>8} {'own MB':>8} {'peak MB':>8} {'ratio':>6} {'callback µs':>12}", flush=True
    )
    for rows in sorted(sizes):
        files = write(rows, folder)
        for kind, file in files.items():
            cost = measure_apart(file, small[kind])
            costs[kind].append(cost)
            times = f"{cost.ratio:.2f}" if rows >= SMALLEST_FOR_RATIO else "-"
            print(
                f"{kind:14} {cost.rows:11,} {cost.load:8.2f} {cost.own / 1e6:8.1f} {cost.peak / 1e6:8.1f} {times:>6}"
                f" {cost.callback:12.2f}",
                flush=True,
            )
            if file != small[kind]:
                file.unlink()
    every = [cost for measured in costs.values() for cost in measured]
    ratio = max((cost.ratio for cost in every if cost.rows >= SMALLEST_FOR_RATIO), default=0)
    growth = max(measured[-1].callback / measured[0].callback for measured in costs.values())
    print(f"highest peak: {ratio:.2f} times the data set's own (goal: below {HIGHEST_RATIO})")
    print(f"a callback with the most rows takes {growth:.2f} times as long (goal: at most {HIGHEST_GROWTH})")
    met = ratio < HIGHEST_RATIO and growth <= HIGHEST_GROWTH
    print(f"goals {'met' if met else 'NOT met'}")
    return met


def main() -> None:
    """Run the bench, or one of its measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="numbers of rows")
    parser.add_argument("--folder", type=Path, help="where the files are written and removed (1.5 GB at 10 million)")
    parser.add_argument("--measure", type=Path, nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(asdict(measure(*arguments.measure))))
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        sys.exit(not run(arguments.rows, Path(folder)))


if __name__ == "__main__":
    main()
