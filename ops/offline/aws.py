"""Stands in for AWS while a stack is planned: answers what its data sources ask."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

#: The one version of the dashboard that the registry holds.
VERSION = "1.0.0"
DIGEST = "sha256:" + "ab" * 32
_ACCOUNT = "123456789012"


class _RefusedError(Exception):
    """An error of AWS: its code, and what is wrong."""


@contextmanager
def offline_aws() -> Iterator[str]:
    """Yield the URL of an endpoint on this machine that answers for AWS; any region, account and keys will do.

    What it has no answer to fails the plan, by name: `operation error ECR: …`.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _repositories(question: dict[str, Any]) -> dict[str, Any]:
    # https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html
    names = question["repositoryNames"]
    uri = f"{_ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"
    return {"repositories": [{"repositoryName": name, "repositoryUri": f"{uri}/{name}"} for name in names]}


def _images(question: dict[str, Any]) -> dict[str, Any]:
    # https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
    tag = question["imageIds"][0]["imageTag"]
    if tag != VERSION:
        message = f"The image with imageId {{imageTag:'{tag}'}} does not exist within the repository"
        raise _RefusedError("ImageNotFoundException", message)
    # All keys are there: the provider crashes on a nil pointer where ECR would leave one out.
    image = {"imageDigest": DIGEST, "imageTags": [tag], "imagePushedAt": 1.7e9, "imageSizeInBytes": 1}
    return {"imageDetails": [image | {"registryId": _ACCOUNT}]}


_ANSWERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories": _repositories,
    "AmazonEC2ContainerRegistry_V20150921.DescribeImages": _images,
}


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Answer a question in AWS's JSON protocol: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html"""
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = _ANSWERS.get(self.headers.get("X-Amz-Target", ""))
        if answer is None:
            self.do_GET()
            return
        try:
            self._send(200, answer(json.loads(content)))
        except _RefusedError as refused:
            code, message = refused.args
            self._send(400, {"__type": code, "message": message})

    def do_GET(self) -> None:
        """Refuse a question of AWS's other protocols, none of which a stack's plan asks."""
        self._send(400, {"__type": "NotAnswered", "message": "ops/offline/aws.py has no answer to this"})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep requests out of what the verb prints."""
