"""The docker command: what it is doing is on the Step, and what it fails of is told with what to do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from ops.errors import OpsError
from ops.progress import Step

_ANSWER_SECONDS = 20
_END_SECONDS = 10
_LAST_LINES = 15
_SHOWN_CHARACTERS = 100

_ENGINE = "https://docs.docker.com/engine/install/"
# What docker, the engine, BuildKit and ECR print, and what helps.
_ADVICE = {
    "cannot be overwritten because": "the version is in the registry with another image: name another version",
    "no space left on device": "free some of the engine's disk: docker system prune",
    "no basic auth credentials": "the registry does not know the sign-in: is the account that of aws.account_id?",
    "authorization token has expired": "the sign-in holds for 12 hours: run the same command again",
    "toomanyrequests": "the registry of the base image limits downloads: docker login there, or wait",
    "failed to resolve source metadata": "the base image that BASE in dashboard/Dockerfile names cannot be fetched: "
    "check its name and the network",
    "manifest unknown": "there is no such image: check BASE in dashboard/Dockerfile",
    "exec format error": "the engine cannot run programs of task.architecture: "
    "https://docs.docker.com/build/building/multi-platform/#qemu installs what it needs",
    "is not authorized to perform": "the credentials need the permissions to push (ecr:PutImage, "
    "ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:BatchCheckLayerAvailability)",
}


@dataclass(frozen=True)
class LocalImage:
    """An image that the engine has. `architecture` is Docker's name of it, such as amd64."""

    id: str
    architecture: str
    labels: Mapping[str, str]


def engine_problem() -> str:
    """Return why docker cannot be used, and what to do; "" where it can."""
    try:
        done = _ask("version", "--format", "{{.Server.Version}}")
    except OpsError as error:
        return str(error)
    if not done.returncode:
        return ""
    return f"no Docker engine answers: start it ({_last_line(done.stderr)}), or install one: {_ENGINE}"


def inspect_image(name: str) -> LocalImage | None:
    """Return what the engine has under a name, or None. Raises OpsError where the engine does not tell."""
    done = _ask("image", "inspect", "--format", "{{json .}}", name)
    if done.returncode:
        if "no such image" in done.stderr.lower():
            return None
        raise OpsError(f"`docker image inspect` failed: {_last_line(done.stderr)}")
    found = json.loads(done.stdout)
    return LocalImage(found["Id"], found["Architecture"], (found.get("Config") or {}).get("Labels") or {})


def run_docker(
    *arguments: str, step: Step | None = None, environ: Mapping[str, str] = os.environ, stdin: str = ""
) -> None:
    """Run docker to its end. Ctrl-C ends it.

    Raises OpsError with its last lines when it fails, and with what to do where that is known.
    """
    last = deque[str](maxlen=_LAST_LINES)
    try:
        process = subprocess.Popen(
            ["docker", *arguments],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Together: the classic builder tells what went wrong on one and that it did on the other.
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
        )
    except OSError as error:
        raise OpsError(_not_installed(error)) from None
    with process:
        try:
            _tell(process, stdin)
            for line in process.stdout or ():
                if text := line.strip():
                    last.append(text)
                    if step:
                        step.doing = text[:_SHOWN_CHARACTERS]
            process.wait()
        except BaseException:
            _end(process)
            raise
    if process.returncode:
        raise OpsError(_failure(arguments[0], list(last)))


def _tell(process: subprocess.Popen[str], text: str) -> None:
    with suppress(BrokenPipeError):  # it ended without reading, and says why
        if process.stdin:
            process.stdin.write(text)
            process.stdin.close()


def _end(process: subprocess.Popen[str]) -> None:
    """End docker and its plugins, such as buildx: as by Ctrl-C, which gives up what the engine was asked to do."""
    try:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["docker", *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=False,
        )
    except OSError as error:
        raise OpsError(_not_installed(error)) from None
    except subprocess.TimeoutExpired:
        raise OpsError(f"the Docker engine did not answer in {_ANSWER_SECONDS} s: restart it") from None


def _not_installed(error: OSError) -> str:
    return f"docker cannot be run ({error.strerror}): install Docker: {_ENGINE}"


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]


def _failure(verb: str, lines: list[str]) -> str:
    text = "\n".join(lines).lower()
    advice = next((f": {advice}" for sign, advice in _ADVICE.items() if sign in text), "")
    return f"`docker {verb}` of the dashboard failed{advice}\n" + "\n".join(f"  {line}" for line in lines)
