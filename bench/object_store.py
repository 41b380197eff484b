"""A stand-in for S3 with one object, for benchmarks: a server in a thread that knows GET, HEAD, ETag and Range."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BUCKET = "bench-data"
KEY = "gapminder_unfiltered.csv"


@contextmanager
def serve_object(content: bytes) -> Iterator[str]:
    """Serve the bytes as s3://BUCKET/KEY; gives the address for ``AWS_ENDPOINT_URL_S3``."""
    etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
    modified = formatdate(usegmt=True)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body, status = content, 200
            if self.headers.get("If-None-Match") == etag:
                body, status = b"", 304
            elif wanted := self.headers.get("Range"):
                first, _, last = wanted.removeprefix("bytes=").partition("-")
                body, status = content[int(first) : int(last or len(content)) + 1], 206
            self.send_response(status)
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", modified)
            self.send_header("Content-Length", str(len(body)))
            if status == 206:
                self.send_header("Content-Range", f"bytes {first}-{int(first) + len(body) - 1}/{len(content)}")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
