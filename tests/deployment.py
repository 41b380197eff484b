"""A whole local deployment for tests: `up` on ports and in folders of its own, through the command line."""

import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.settings import environ_for_children

ROOT = Path(__file__).parents[1]
UP_SECONDS = 800


@dataclass(frozen=True)
class LocalDeployment:
    """The environment of a deployment that is up, and its address."""

    environ: dict[str, str]
    folder: Path

    def ops(self, *arguments: str, timeout: float = UP_SECONDS, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a verb of dashctl; the caller judges the exit code."""
        return subprocess.run(
            [sys.executable, "-m", "ops", *arguments],
            cwd=ROOT,
            env=self.environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def succeed(self, *arguments: str, stdin: str = "") -> str:
        """Run a verb of dashctl, expect it to succeed, and return what it printed."""
        result = self.ops(*arguments, stdin=stdin)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout + result.stderr

    @property
    def url(self) -> str:
        """The address of the dashboard, as the local load balancer routes it."""
        return f"http://albplotlydash.alb.localhost:{self.environ['DASH__LOCAL__PORT']}/"

    def request(self, path: str, body: object = None) -> tuple[int, str]:
        """Ask the dashboard through the load balancer: GET, or POST of `body` as JSON. Return status and text."""
        address = urlsplit(self.url)
        # The name under .localhost need not resolve outside of browsers.
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=10)
        headers = {"Host": address.netloc, "Content-Type": "application/json"}
        try:
            if body is None:
                connection.request("GET", path, headers=headers)
            else:
                connection.request("POST", path, json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def ready_version(self) -> str:
        """Return the version that the dashboard itself says it is of."""
        status, text = self.request("/ready")
        assert status == 200, text
        version: str = json.loads(text)["image"]["version"]
        return version

    def versions(self) -> dict[str, dict[str, Any]]:
        """Return what the verb `versions` tells, by version."""
        return {found["version"]: found for found in json.loads(self.succeed("versions", "--json"))}


def free_port() -> int:
    """Return a port of the loopback address that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def local_deployment(folder: Path, **settings: str) -> Iterator[LocalDeployment]:
    """Bring a deployment up below `folder`, with single keys set (`vpc__nat="single"`), and take it down afterwards."""
    deployment = LocalDeployment(
        environ_for_children()
        | {
            "DASH__LOCAL__PORT": str(free_port()),
            "DASH__LOCAL__FOLDER": str(folder / "local"),
            "CDKTF_OUTDIR": str(folder / "cdktf.out"),
        }
        | {f"DASH__{key.upper()}": value for key, value in settings.items()},
        folder,
    )
    try:
        deployment.succeed("up", "--no-open")
        yield deployment
    finally:
        deployment.ops("down", "--volumes")
