"""The whole thing on this machine, in the order in which a person meets it. The last test destroys it."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

from ops.local.folder import LocalFolder
from tests.deployment import LocalDeployment
from tests.settings import settings_of
from tests.stacks.synthesized import STACKS

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("deployment")]

COLUMNS = "country,continent,year,lifeExp,pop,gdpPercap"


def client(deployment: LocalDeployment, service: str) -> Any:  # noqa: ANN401
    """Return a client of the emulated AWS."""
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=f"http://127.0.0.1:{deployment.environ['DASH__LOCAL__PORT']}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def eventually(holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until something holds, or fail with what did not."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.2)


def task_pids(deployment: LocalDeployment) -> list[int]:
    """Return the first process of each task by the agent's own record, in which one that ended may still stand."""
    record = json.loads((Path(deployment.environ["DASH__LOCAL__FOLDER"]) / "agent.json").read_text())
    return [task["process"]["pid"] for task in record["tasks"]]


def task_processes(deployment: LocalDeployment) -> list[psutil.Process]:
    """Return the first process of each task of a deployment that is at rest."""
    return [psutil.Process(pid) for pid in task_pids(deployment)]


def command_and_environment(process: psutil.Process) -> list[str]:
    """Return the arguments and environment values of a process; nothing for one that has ended."""
    try:
        return [*process.cmdline(), *process.environ().values()]
    except psutil.Error:
        return []


def shows(deployment: LocalDeployment, country: str) -> bool:
    """Tell whether the dashboard has a country, by the callback that a browser calls when it is chosen."""
    outputs = [{"id": "graph-content", "property": "figure"}, {"id": "graph-summary", "property": "children"}]
    status, text = deployment.request(
        "/_dash-update-component",
        {
            "output": "..graph-content.figure...graph-summary.children..",
            "outputs": outputs,
            "inputs": [
                {"id": "dropdown-selection", "property": "value", "value": [country]},
                {"id": "measure", "property": "value", "value": "pop"},
                {"id": "scale", "property": "value", "value": "linear"},
                {"id": "years", "property": "value", "value": None},
                {"id": "data-version", "property": "data", "value": None},
            ],
            "changedPropIds": ["dropdown-selection.value"],
        },
    )
    assert status == 200, text
    lines = json.loads(text)["response"]["graph-content"]["figure"]["data"]
    return country in [line["name"] for line in lines]


def test_the_dashboard_answers_through_the_load_balancer(deployment: LocalDeployment) -> None:
    status, text = deployment.request("/")
    assert status == 200
    assert "_dash-config" in text


def test_every_stack_keeps_its_state_in_the_bucket_and_none_on_disk(deployment: LocalDeployment) -> None:
    settings = settings_of(deployment.environ)
    s3 = client(deployment, "s3")
    listed = s3.list_objects_v2(Bucket=settings.state_bucket_name)["Contents"]
    off = {"ci", "encryption", "logs"}  # they have nothing to keep
    assert {found["Key"] for found in listed} >= {settings.state_key(name) for name in STACKS if name not in off}
    for path in Path(deployment.environ["CDKTF_OUTDIR"]).rglob("*.tfstate*"):
        assert not path.is_file() or "resources" not in json.loads(path.read_text() or "{}"), path


def test_the_data_are_in_the_bucket(deployment: LocalDeployment) -> None:
    settings = settings_of(deployment.environ)
    s3 = client(deployment, "s3")
    body = s3.get_object(Bucket=settings.data_bucket_name, Key="gapminder_unfiltered.csv")["Body"].read().decode()
    assert body.splitlines()[0] == COLUMNS
    assert len(body.splitlines()) == 1705


def test_no_stack_has_changes_after_up(deployment: LocalDeployment) -> None:
    result = deployment.ops("diff")
    assert result.returncode == 0, result.stdout + result.stderr


def test_up_again_changes_nothing(deployment: LocalDeployment) -> None:
    tasks = {process.pid for process in task_processes(deployment)}
    ecs, settings = client(deployment, "ecs"), settings_of(deployment.environ)
    describe = {"cluster": settings.cluster_name, "services": [settings.service_name]}
    before = ecs.describe_services(**describe)["services"][0]["taskDefinition"]
    printed = deployment.succeed("up", "--no-open")
    assert "created" not in printed
    assert ecs.describe_services(**describe)["services"][0]["taskDefinition"] == before
    assert {process.pid for process in task_processes(deployment)} == tasks


def test_as_many_tasks_run_as_the_service_says_each_on_loopback(deployment: LocalDeployment) -> None:
    processes = task_processes(deployment)
    assert len(processes) == 2
    for process in processes:
        tree = [process, *process.children(recursive=True)]
        listening = {c.laddr.ip for p in tree for c in p.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
        assert listening
        assert all(address.startswith("127.") for address in listening)


def test_readers_need_no_stickiness(deployment: LocalDeployment) -> None:
    """The emulator's load balancer sets no cookie, so that each request of a page may go to another task."""
    folder = LocalFolder.of(settings_of(deployment.environ))
    tasks = json.loads(folder.agent_record.read_text())["tasks"]
    logs = [folder.task_logs / f"{task['id']}.log" for task in tasks]

    def callbacks() -> list[int]:
        return [log.read_text().count('"path":"/_dash-update-component"') for log in logs]

    before = callbacks()
    for country in ("Canada", "Norway", "Japan", "Brazil", "Ghana", "Oman") * 3:
        assert shows(deployment, country)

    def answered() -> list[int]:
        return [now - then for now, then in zip(callbacks(), before, strict=True)]

    eventually(lambda: sum(answered()) == 18, "every callback is in a task's log")
    assert min(answered()) > 0


def test_a_killed_task_is_replaced_and_the_dashboard_keeps_answering(deployment: LocalDeployment) -> None:
    first, second = task_processes(deployment)
    os.killpg(first.pid, signal.SIGKILL)

    def replaced() -> bool:
        pids = task_pids(deployment)
        return len(pids) == 2 and first.pid not in pids and all(psutil.pid_exists(pid) for pid in pids)

    eventually(replaced, "two tasks run, without the killed one")
    assert second.is_running()
    eventually(lambda: deployment.ops("status").returncode == 0, "status tells that all is well")
    assert all(deployment.request("/")[0] == 200 for _ in range(10))


def test_a_bad_file_is_refused_by_row_and_column_and_what_was_there_stays(
    deployment: LocalDeployment, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(f"{COLUMNS}\nNorway,Europe,1952,72.7,many,10095.4\n")
    result = deployment.ops("data", "push", str(bad))
    assert result.returncode == 1
    printed = " ".join((result.stdout + result.stderr).split())
    assert " 2 pop 'many' is not a number" in printed
    assert shows(deployment, "Canada")


def test_new_data_show_without_a_deployment(deployment: LocalDeployment, tmp_path: Path) -> None:
    settings = settings_of(deployment.environ)
    s3, key = client(deployment, "s3"), settings.bucket.object_key
    before = s3.get_object(Bucket=settings.data_bucket_name, Key=key)["Body"].read()
    good = tmp_path / "good.csv"
    good.write_text(f"{COLUMNS}\nAtlantis,Europe,1952,72.7,100,1.5\nAtlantis,Europe,1957,73.7,200,2.5\n")
    try:
        deployment.succeed("data", "push", str(good))
        assert not shows(deployment, "Utopia")
        eventually(lambda: all(shows(deployment, "Atlantis") for _ in range(8)), "every task shows the new country")
    finally:
        s3.put_object(Bucket=settings.data_bucket_name, Key=key, Body=before)
    eventually(lambda: all(shows(deployment, "Canada") for _ in range(8)), "every task shows the old countries")


def test_down_and_up_come_back_with_the_data(deployment: LocalDeployment, tmp_path: Path) -> None:
    settings = settings_of(deployment.environ)
    own = tmp_path / "own.csv"
    own.write_text(f"{COLUMNS}\nOwnland,Americas,1952,68.7,14785584,11367.2\n")
    deployment.succeed("data", "push", str(own))
    tasks = task_processes(deployment)
    deployment.succeed("down")
    assert not [process for process in tasks if process.is_running()]
    with pytest.raises(OSError, match="refused"):
        deployment.request("/")
    assert deployment.ops("status").returncode == 1
    printed = deployment.succeed("up", "--no-open")
    assert "created" not in printed
    assert "data: kept as they are" in printed
    stored = client(deployment, "s3").get_object(Bucket=settings.data_bucket_name, Key=settings.bucket.object_key)
    assert stored["Body"].read() == own.read_bytes()
    eventually(lambda: shows(deployment, "Ownland"), "the dashboard shows a person's own data")


def test_after_a_power_cut_up_brings_everything_back(deployment: LocalDeployment) -> None:
    folder = str(deployment.folder / "local")
    mine = [process for process in psutil.process_iter() if folder in " ".join(command_and_environment(process))]
    assert len(mine) >= 4
    for process in mine:
        with suppress(psutil.NoSuchProcess):  # a worker ends by itself when its server is gone
            process.send_signal(signal.SIGKILL)
    psutil.wait_procs(mine, timeout=10)
    assert deployment.ops("status").returncode == 1
    deployment.succeed("up", "--no-open")
    eventually(lambda: shows(deployment, "Ownland"), "the dashboard shows a person's own data")
    assert deployment.succeed("status")


def test_plain_cdktf_finds_no_changes_either(deployment: LocalDeployment) -> None:
    cdktf = shutil.which("cdktf")
    assert cdktf, "cdktf is not on PATH: run the tests through ./dashctl test"
    result = subprocess.run(
        [
            cdktf,
            "diff",
            "plotly-dash-local-vpc",
            "--skip-provider-lock",
            "--output",
            deployment.environ["CDKTF_OUTDIR"],
        ],
        cwd=Path(__file__).parents[2],
        env={name: value for name, value in deployment.environ.items() if name != "CDKTF_OUTDIR"} | {"CI": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    printed = re.sub(r"\x1b\[[0-9;]*m", "", result.stdout)
    assert "No changes. Your infrastructure matches the configuration." in printed


def test_destroy_asks_first(deployment: LocalDeployment) -> None:
    result = deployment.ops("destroy")
    assert result.returncode != 0
    assert deployment.request("/")[0] == 200


def test_destroy_leaves_nothing_but_the_state_bucket(deployment: LocalDeployment) -> None:
    settings = settings_of(deployment.environ)
    tasks = task_processes(deployment)
    deployment.succeed("destroy", "--yes")
    s3, ec2 = client(deployment, "s3"), client(deployment, "ec2")
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [settings.state_bucket_name]
    assert not ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": [str(settings.vpc.cidr)]}])["Vpcs"]
    assert not client(deployment, "elbv2").describe_load_balancers()["LoadBalancers"]
    assert not client(deployment, "ecr").describe_repositories()["repositories"]
    assert not client(deployment, "logs").describe_log_groups()["logGroups"]
    assert not client(deployment, "cloudwatch").describe_alarms()["MetricAlarms"]
    assert not client(deployment, "sns").list_topics()["Topics"]
    assert not client(deployment, "ec2").describe_vpc_endpoints()["VpcEndpoints"]
    roles = client(deployment, "iam").list_roles()["Roles"]
    assert not [role["RoleName"] for role in roles if role["RoleName"].startswith(settings.service_name)]
    eventually(lambda: not [process for process in tasks if process.is_running()], "the tasks have ended")


def test_destroying_nothing_says_so(deployment: LocalDeployment) -> None:
    assert "nothing" in deployment.succeed("destroy", "--yes").lower()


def test_down_stops_what_up_started_and_forgets_it_when_told(deployment: LocalDeployment) -> None:
    folder = Path(deployment.environ["DASH__LOCAL__FOLDER"])
    deployment.succeed("down", "--volumes")
    assert not folder.exists()
    mine = [process for process in psutil.process_iter() if str(folder) in " ".join(command_and_environment(process))]
    assert [process for process in mine if process.pid != os.getpid()] == []
