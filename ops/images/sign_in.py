"""Signs docker in to the registry, for as long as a push takes."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ops.errors import OpsError
from ops.images.docker import run_docker

if TYPE_CHECKING:
    from ops.aws import Aws

_CONFIG = "config.json"
# Where credentials are: https://docs.docker.com/reference/cli/docker/#configuration-files
_CREDENTIALS = ("auths", "credsStore", "credHelpers")


@contextmanager
def signed_in(aws: Aws, registry: str) -> Iterator[Mapping[str, str]]:
    """Yield the variables with which docker may push to a registry, of ECR or of the emulator, which lets everybody.

    The password is in a folder of its own, which is gone afterwards; docker's settings are the person's in all else.
    """
    if aws.settings.local:
        yield os.environ
        return
    with aws.errors():
        token = aws.ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    user, _, password = base64.b64decode(token).decode().partition(":")
    with tempfile.TemporaryDirectory(prefix="docker-") as folder:
        _take_over(Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker"), Path(folder))
        environ = {**os.environ, "DOCKER_CONFIG": folder}
        run_docker("login", "--username", user, "--password-stdin", registry, environ=environ, stdin=password)
        yield environ


def _take_over(own: Path, folder: Path) -> None:
    """Have in `folder` what a person's docker folder has, contexts, plugins and settings, but for the credentials."""
    for entry in own.iterdir() if own.is_dir() else ():
        if entry.name != _CONFIG:
            (folder / entry.name).symlink_to(entry.absolute())
    file = own / _CONFIG
    try:
        settings = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        kept = {key: value for key, value in settings.items() if key not in _CREDENTIALS}
    except (OSError, ValueError, AttributeError) as error:
        raise OpsError(f"docker's settings in {file} cannot be read: {error}") from None
    (folder / _CONFIG).write_text(json.dumps(kept), encoding="utf-8")
