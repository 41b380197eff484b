"""Answers are compressed as their client accepts it: brotli, else gzip. The load balancer compresses nothing."""

import functools
import gzip

import brotli
from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

# Below, the header that says so takes what compression saves.
MIN_BYTES = 500

# Cheap: 30 µs for a callback's answer, and a tenth smaller than gzip at any level. The window is 64 kB (2 to the 16th),
# because larger ones make brotli take and return megabytes for each answer.
_BROTLI_QUALITY = 5
_BROTLI_WINDOW = 16
_GZIP_LEVEL = 6

# An SVG is text too; other images, fonts and archives are compressed already.
_TYPES = frozenset({"application/json", "application/javascript", "image/svg+xml", "application/manifest+json"})


def is_compressible(mimetype: str | None) -> bool:
    """Whether content of this type is text that compression makes smaller."""
    return mimetype is not None and (mimetype in _TYPES or mimetype.startswith("text/"))


@functools.lru_cache(maxsize=128)  # browsers send a handful of different ones
def accepted_encoding(accept_encoding: str) -> str | None:
    """The best of "br" and "gzip" that an ``Accept-Encoding`` header allows; None if it allows neither."""
    return parse_accept_header(accept_encoding, Accept).best_match(["br", "gzip"])


def compress(content: bytes, encoding: str) -> bytes:
    """Compress for an answer that is made once, at little cost. ``encoding`` is "br" or "gzip"."""
    if encoding == "br":
        return bytes(brotli.compress(content, quality=_BROTLI_QUALITY, lgwin=_BROTLI_WINDOW))
    return gzip.compress(content, _GZIP_LEVEL, mtime=0)


def add_compression(server: Flask) -> None:
    """Compress every answer that is text, of a known length above ``MIN_BYTES``, and not compressed yet."""
    server.after_request(_compress_response)


def _compress_response(response: Response) -> Response:
    if (
        response.is_streamed
        or response.direct_passthrough
        or response.status_code != 200
        or "Content-Encoding" in response.headers
        or not is_compressible(response.mimetype)
    ):
        return response
    content = response.get_data()
    if len(content) < MIN_BYTES:
        return response
    response.vary.add("Accept-Encoding")
    if encoding := accepted_encoding(request.headers.get("Accept-Encoding", "")):
        response.set_data(compress(content, encoding))
        response.headers["Content-Encoding"] = encoding
    return response
