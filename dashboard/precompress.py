"""``python -m dashboard.precompress``: compress the page's files beside themselves, once, when the image is built.

Brotli at its best takes ten seconds for plotly.js alone, so it is no work for half a vCPU that serves. Where this was
not run, static_files.py compresses at a cheaper level, and each file once.
"""

import gzip
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
from dash import Dash

from dashboard.compression import MIN_BYTES
from dashboard.static_files import SUFFIXES, package_file

_COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: bytes(brotli.compress(content, quality=11)),
    "gzip": lambda content: gzip.compress(content, 9, mtime=0),
}
# Source maps are text too, but only developers ask for them.
_TEXT = {".js", ".css", ".svg"}


def files(app: Dash) -> Iterator[Path]:
    """Every file that the application's pages can ask for and that is text."""
    # Dash registers its files when the first page is asked for.
    app.server.test_client().get("/")
    for package, paths in app.registered_paths.items():
        yield from (package_file(package, path) for path in sorted(paths))
    yield from sorted(path for path in Path(app.config.assets_folder).rglob("*") if path.is_file())


def precompress(path: Path) -> int:
    """Write the compressed copies of a text file beside it. Returns the smallest copy's bytes, 0 if none is made."""
    content = path.read_bytes() if path.suffix in _TEXT and path.is_file() else b""
    if len(content) < MIN_BYTES:
        return 0
    sizes = []
    for encoding, make in _COMPRESSORS.items():
        made = make(content)
        path.with_name(path.name + SUFFIXES[encoding]).write_bytes(made)
        sizes.append(len(made))
    return min(sizes)


def main() -> int:
    """Compress the files of the dashboard in this environment. Returns 0, or 1 if it finds none."""
    from dashboard.app import create_app
    from dashboard.data import DataStore

    app = create_app(DataStore(bucket="none-is-read", key="none-is-read", poll_seconds=1))
    sizes = [(path.stat().st_size, size) for path in files(app) if (size := precompress(path))]
    if not sizes:
        print("dashboard.precompress: the pages have no files: nothing was compressed", file=sys.stderr)
        return 1
    before, after = (sum(column) / 1e6 for column in zip(*sizes, strict=True))
    print(f"{len(sizes)} files: {before:.1f} MB, {after:.1f} MB compressed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
