"""A docker command for machines without an engine: it runs a container's command as a process of this machine.

`build` does nothing, `push` puts a manifest with one layer into the registry that the image's name names, as Docker
does in the end, and `run` runs the command with only the environment that it is given, in the folder $FAKE_CONTAINER.
"""

import http.client
import json
import os
import platform
import sys

ENGINE = {"OSType": "linux", "Name": platform.node(), "SecurityOptions": []}


def push(name: str) -> None:
    host, _, image = name.partition("/")
    repository, _, tag = image.rpartition(":")
    kind = "application/vnd.oci.image.manifest.v1+json"
    blob = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": f"sha256:{'0' * 64}", "size": 1}
    manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "config": blob, "layers": [blob], "tag": tag})
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("PUT", f"/v2/{repository}/manifests/{tag}", manifest, {"Content-Type": kind})
    answer = connection.getresponse()
    if answer.status != http.client.CREATED:
        sys.exit(f"push: {answer.status} {answer.read()!r}")


def run(arguments: list[str]) -> None:
    environment = {"PATH": os.environ["PATH"], "SICK": "/nowhere"}
    index = 0
    while arguments[index].startswith("--"):
        option = arguments[index]
        if option == "--env":
            name, _, value = arguments[index + 1].partition("=")
            environment[name] = value
        index += 1 if option == "--rm" else 2
    _image, *command = arguments[index:]
    os.chdir(os.environ["FAKE_CONTAINER"])
    os.execvpe(command[0], command, environment)  # noqa: S606


def main() -> None:
    match sys.argv[1:]:
        case ["info", *_]:
            print(json.dumps(ENGINE))
        case ["push", name]:
            push(name)
        case ["run", *arguments]:
            run(arguments)


if __name__ == "__main__":
    main()
