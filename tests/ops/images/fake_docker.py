"""A docker command for tests: it keeps images in a folder, records how it was called, and fails as it is told to.

$FAKE_DOCKER names the folder: `calls.jsonl` is written, `<name>.json` are images, and `<verb>.fails` holds what a verb
prints before it ends with 1. What is pushed goes to the registry at $FAKE_REGISTRY, wherever it was meant to go.
"""

import base64
import hashlib
import http.client
import itertools
import json
import os
import sys
import time
from pathlib import Path

FOLDER = Path(os.environ["FAKE_DOCKER"])


def record(arguments: list[str], told: str) -> None:
    config = Path(os.environ["DOCKER_CONFIG"])
    settings = json.loads((config / "config.json").read_text())
    call = {
        "arguments": arguments,
        "pid": os.getpid(),
        "told": bool(told),
        "config": str(config),
        "mode": oct(config.stat().st_mode & 0o777),
        "entries": sorted(entry.name for entry in config.iterdir()),
        "signed_in_to": list(settings.pop("auths", {})),
        "settings": settings,
        "environ": {name: value for name, value in os.environ.items() if name != "DOCKER_CONFIG"},
    }
    with (FOLDER / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps(call) + "\n")


def file_of(name: str) -> Path:
    return FOLDER / f"{name.replace('/', '_')}.json"


def values(arguments: list[str], option: str) -> list[str]:
    return [value for name, value in itertools.pairwise(arguments) if name == option]


def build(arguments: list[str]) -> None:
    (name,), (platform,) = values(arguments, "--tag"), values(arguments, "--platform")
    labels = dict(label.split("=", 1) for label in values(arguments, "--label"))
    content = json.dumps([labels, platform, os.environ.get("FAKE_CONTENT", "")])
    image = {
        "Id": f"sha256:{hashlib.sha256(content.encode()).hexdigest()}",
        "Architecture": platform.partition("/")[2],
        "Config": {"Labels": labels or None},
    }
    file_of(name).write_text(json.dumps(image))
    print("#12 exporting to image")


def inspect(name: str) -> None:
    if not file_of(name).exists():
        sys.exit(f"Error response from daemon: No such image: {name}")
    print(file_of(name).read_text())


def login(user: str, password: str, registry: str) -> None:
    """Keep the credential where the real one does when no store is set."""
    file = Path(os.environ["DOCKER_CONFIG"]) / "config.json"
    settings = json.loads(file.read_text())
    settings["auths"] = {registry: {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}}
    file.write_text(json.dumps(settings))
    print("Login Succeeded")


def push(name: str) -> None:
    host, _, image = name.partition("/")
    repository, _, tag = image.rpartition(":")
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    built = json.loads(file_of(name).read_text())
    config = {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": built["Id"], "size": 1}
    layer = {"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "digest": built["Id"], "size": 1}
    manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "config": config, "layers": [layer]})
    connection = http.client.HTTPConnection(os.environ.get("FAKE_REGISTRY") or host, timeout=10)
    connection.request("PUT", f"/v2/{repository}/manifests/{tag}", manifest, {"Content-Type": kind})
    answer = connection.getresponse()
    if answer.status != http.client.CREATED:
        sys.exit(f"push: {answer.status} {answer.read()!r}")
    print(f"{tag}: digest: sha256:{'f' * 64} size: 1234")


def main() -> None:
    verb, *arguments = sys.argv[1:]
    told = "" if sys.stdin.isatty() else sys.stdin.read()
    record([verb, *arguments], told)
    failure = FOLDER / f"{verb}.fails"
    if failure.exists():
        print("#1 [internal] load build definition")
        sys.exit(failure.read_text())
    if (FOLDER / f"{verb}.hangs").exists():
        time.sleep(60)
    match [verb, *arguments]:
        case ["version", *_]:
            print("28.2.2")
        case ["info", *_]:
            print((FOLDER / "info.json").read_text())
        case ["build", *_]:
            build(arguments)
        case ["image", "inspect", *_, name]:
            inspect(name)
        case ["tag", source, target]:
            file_of(target).write_text(file_of(source).read_text())
        case ["login", "--username", user, "--password-stdin", registry]:
            login(user, told, registry)
        case ["push", name]:
            push(name)
        case ["save", "--output", archive, name]:
            Path(archive).write_text(json.dumps([name, json.loads(file_of(name).read_text())]))
        case ["load", "--input", archive]:
            name, image = json.loads(Path(archive).read_text())
            file_of(name).write_text(json.dumps(image))
        case _:
            sys.exit(f"docker: '{verb}' is not a docker command.")


if __name__ == "__main__":
    main()
