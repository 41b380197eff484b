"""AWS on loopback, which answers as it was recorded: ECS, target groups, alarms and logs, for real boto3 clients."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

RECORDED = Path(__file__).parent / "recorded"

_TARGET = """<member><Target><Id>{Id}</Id><Port>8050</Port></Target><TargetHealth><State>{State}</State>{reason}\
</TargetHealth></member>"""
_TARGETS = """<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">\
<DescribeTargetHealthResult><TargetHealthDescriptions>{members}</TargetHealthDescriptions>\
</DescribeTargetHealthResult></DescribeTargetHealthResponse>"""


class FakeAws(ThreadingHTTPServer):
    """Plays the frames of a recorded case: each look at the service is answered with the next, the last one for ever.

    A frame has the `service`, its `tasks` and `targets`, in AWS's own shapes; or an `error`, its code and message; with
    `hangs_up`, AWS does so. With `seconds` it is shown for so long, however often the service is looked at.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.play({"frames": []})

    def play(self, case: dict[str, Any]) -> None:
        """Begin a case."""
        self.case = case
        self.calls: list[str] = []
        self._index = -1
        self._shown = time.monotonic()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def frame(self) -> dict[str, Any]:
        frame: dict[str, Any] = self.case["frames"][max(self._index, 0)]
        return frame

    def look(self) -> None:
        """Go on to the next frame, when this one has been shown for long enough."""
        shown = time.monotonic() - self._shown
        if self._index < 0 or shown >= self.frame.get("seconds", 0.0):
            self._index = min(self._index + 1, len(self.case["frames"]) - 1)
            self._shown = time.monotonic()

    def answer(self, operation: str, asked: dict[str, Any]) -> tuple[int, Any]:
        """Return status and content of an answer of a service that speaks JSON."""
        self.calls.append(operation)
        if operation == "DescribeServices":
            self.look()
        if error := self.frame.get("error", {}).get(operation):
            return error.get("status", 400), {"__type": error["code"], "message": error["message"]}
        tasks = self.frame.get("tasks", [])
        match operation:
            case "DescribeServices":
                service = self.frame.get("service")
                return 200, {"services": [service] if service else [], "failures": []}
            case "ListTasks":
                return 200, {
                    "taskArns": [task["taskArn"] for task in tasks if task["desiredStatus"] == asked["desiredStatus"]]
                }
            case "DescribeTasks":
                return 200, {"tasks": [task for task in tasks if task["taskArn"] in asked["tasks"]], "failures": []}
            case "DescribeTaskDefinition":
                return 200, {"taskDefinition": self.case["task_definition"]}
            case "ListServiceDeployments" | "DescribeServiceDeployments":
                return 200, {"serviceDeployments": self.frame.get("service_deployments", [])}
            case "GetLogEvents":
                return self._log(asked)
        raise AssertionError(f"nobody recorded {operation}")

    def _log(self, asked: dict[str, Any]) -> tuple[int, Any]:
        lines = self.case.get("logs", {}).get(asked["logStreamName"])
        if lines is None:
            return 400, {"__type": "ResourceNotFoundException", "message": "The specified log stream does not exist."}
        return 200, {"events": [{"timestamp": 1, "message": line, "ingestionTime": 2} for line in lines]}

    def targets(self) -> str:
        """Return the health of the targets, as the load balancer's XML."""
        self.calls.append("DescribeTargetHealth")
        members = [
            _TARGET.format(
                **target,
                reason="".join(
                    f"<{key}>{escape(target[key])}</{key}>" for key in ("Reason", "Description") if key in target
                ),
            )
            for target in self.frame.get("targets", [])
        ]
        return _TARGETS.format(members="".join(members))


class _Handler(BaseHTTPRequestHandler):
    server: FakeAws

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        target = self.headers.get("X-Amz-Target")
        if target:
            status, content = self.server.answer(target.rpartition(".")[2], json.loads(body))
            if self.server.frame.get("hangs_up"):
                self.close_connection = True
                return
            self._send(status, "application/x-amz-json-1.1", json.dumps(content).encode())
        else:
            assert parse_qs(body.decode())["Action"] == ["DescribeTargetHealth"]
            self._send(200, "text/xml", self.server.targets().encode())

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def recorded(name: str) -> dict[str, Any]:
    """Return a recorded case, with what all of them share filled in."""
    common = json.loads((RECORDED / "common.json").read_text())
    case: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    frames = [common["begun"] if frame == "begun" else frame for frame in case["frames"]]
    for frame in frames:
        if frame.get("service"):
            frame["service"] = common["service"] | frame["service"]
    return {**case, "frames": frames, "task_definition": common["task_definition"]}


@contextmanager
def serving() -> Iterator[FakeAws]:
    """Serve what is played for as long as the with-statement runs."""
    with FakeAws() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
