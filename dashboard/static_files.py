"""The page's scripts, styles and images: compressed, and kept by browsers for a year under names that tell the content.

Dash names its packages' files by version (``dash_core_components.v4_4_1m….js``), and the assets are below a digest of
the whole folder (``/assets/3f9a…/theme.css``). A name that a task does not know, because the page came from a task of
another release, gets the file as this task has it, and nobody may keep that. Some parts of Dash's packages are asked
for without a version: browsers keep them, and ask each time whether they are still the same (ETag).

Neither granian's static mount nor WhiteNoise does this: the one serves no compressed files, the other knows a file by
one name, and Dash's browser code makes up names of its own.
"""

import functools
import hashlib
import importlib
import mimetypes
from collections.abc import Callable
from pathlib import Path

from dash import Dash
from dash.fingerprint import build_fingerprint, check_fingerprint
from flask import Flask, Response, abort, request
from werkzeug.security import safe_join

from dashboard.compression import accepted_encoding, compress, is_compressible

# Made beforehand by precompress.py; brotli and gzip name their files so.
SUFFIXES = {"br": ".br", "gzip": ".gz"}

_YEAR = 365 * 24 * 3600  # seconds; https://developer.mozilla.org/docs/Web/HTTP/Guides/Caching#cache_busting
_DIGEST_CHARACTERS = 12
# The page names about twenty files; each may be asked for in two encodings.
_KEPT_FILES = 128


def assets_url_path(folder: Path) -> str:
    """Where the assets are served, for ``Dash(assets_url_path=…)``: ``assets/`` and a digest of names and contents."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in SUFFIXES.values():
            digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return f"assets/{digest.hexdigest()[:_DIGEST_CHARACTERS]}"


def add_static_files(app: Dash) -> None:
    """Serve what Dash serves from its packages and from assets/ in its place; whatever it would not serve is a 404."""
    server: Flask = app.server
    own_path = f"/{app.config.assets_url_path}/"

    def serve_package_file(package_name: str, fingerprinted_path: str) -> Response:
        path, _ = check_fingerprint(fingerprinted_path)  # type: ignore[no-untyped-call]
        if path not in app.registered_paths.get(package_name, ()):
            abort(404)
        is_current = _without_build(fingerprinted_path) == _without_build(_current_name(package_name, path))
        return _respond(package_file(package_name, path), keep=is_current)

    def serve_asset(filename: str, digest: str = "") -> Response:
        path = safe_join(app.config.assets_folder, filename)
        if path is None or not Path(path).is_file():
            abort(404)
        return _respond(Path(path), keep=request.path.startswith(own_path))

    # Dash's own endpoints: their rules stay, and with them what Dash's pages ask for.
    views: dict[str, Callable[..., Response]] = {
        "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": serve_package_file,
        "_dash_assets.static": serve_asset,
    }
    for endpoint, view in views.items():
        if endpoint not in server.view_functions:
            raise LookupError(f"Dash has no endpoint {endpoint} any more: dashboard/static_files.py must follow")
        server.view_functions[endpoint] = view
    server.add_url_rule("/assets/<digest>/<path:filename>", "assets_of_another_release", serve_asset)
    _name_plotly_js(app)


def _name_plotly_js(app: Dash) -> None:
    """Give plotly.js, the largest file, a name with a fingerprint.

    Dash's browser code asks for it at one fixed address, unless it is told that files are not served locally: then it
    asks at an address from the page's settings, and it reads ``serve_locally`` for nothing else (Dash 4.4). What the
    server lists and serves has settings of its own.
    """
    if app.config.serve_locally:
        raise ValueError("static_files.py needs Dash(serve_locally=False)")
    app.scripts.config.serve_locally = app.css.config.serve_locally = True
    app._plotlyjs_url = f"/_dash-component-suites/plotly/{_current_name('plotly', 'package_data/plotly.min.js')}"


def package_file(package_name: str, path: str) -> Path:
    """A file of a Dash component package; ``path`` is relative to the package's folder."""
    origin = importlib.import_module(package_name).__file__
    if origin is None:
        raise LookupError(f"the package {package_name} has no folder")
    return Path(origin).parent / path


def _current_name(package_name: str, path: str) -> str:
    """The file's name with the fingerprint of the installed version; the build's part of it is 0."""
    module = importlib.import_module(package_name)
    part = path.partition("/")[0]
    # Dash's own packages come inside dash, with versions of their own.
    if package_name == "dash" and part in {"dcc", "html", "dash_table"}:
        module = importlib.import_module(f"dash.{part}")
    name: str = build_fingerprint(path, module.__version__, 0)  # type: ignore[no-untyped-call]
    return name


def _without_build(name: str) -> str:
    """A fingerprinted name without the time of the build, which differs between what Dash and its browser code ask."""
    folder, _, file = name.rpartition("/")
    parts = file.split(".")
    return "/".join([folder, *(part.rpartition("m")[0] if i == 1 else part for i, part in enumerate(parts))])


def _respond(path: Path, *, keep: bool) -> Response:
    mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    encoding = accepted_encoding(request.headers.get("Accept-Encoding", "")) if is_compressible(mimetype) else None
    content, etag = _read(path, encoding, path.stat().st_mtime_ns)
    response = Response(content, mimetype=mimetype)
    response.set_etag(etag)
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if keep else "no-cache"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.make_conditional(request)
    return response


@functools.lru_cache(maxsize=_KEPT_FILES)
def _read(path: Path, encoding: str | None, modified_ns: int) -> tuple[bytes, str]:
    """A file's content in an encoding, and its ETag. Compressed here only where precompress.py has not been run."""
    plain = path.read_bytes()
    etag = hashlib.sha256(plain).hexdigest()[:16]
    if encoding is None:
        return plain, etag
    beside = path.with_name(path.name + SUFFIXES[encoding])
    # One that is older was made from another content.
    is_made = beside.is_file() and beside.stat().st_mtime_ns >= modified_ns
    return beside.read_bytes() if is_made else compress(plain, encoding), f"{etag}-{encoding}"
