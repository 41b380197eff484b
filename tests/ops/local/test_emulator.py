"""The emulator in the background: real MiniStack."""

import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from ops.aws import Aws
from ops.errors import OpsError
from ops.local.emulator import Emulator, Started
from ops.local.processes import ProcessRecord, spawn
from tests.ops.local.fake_service import free_port, listening_addresses, wait_until
from tests.settings import settings_of

pytestmark = pytest.mark.emulator


def pid_of(emulator: Emulator) -> int:
    record = emulator.running()
    assert record is not None
    return record.process.pid


def kill(emulator: Emulator) -> None:
    os.kill(pid_of(emulator), signal.SIGKILL)
    wait_until("it is gone", lambda: emulator.running() is None)


def put_terraform_state(settings: Settings, content: bytes = b"{}") -> None:
    """Make a state bucket with a state in it, as Terraform would."""
    s3 = Aws(settings).s3
    s3.create_bucket(Bucket=settings.state_bucket_name)
    s3.put_object(Bucket=settings.state_bucket_name, Key=settings.state_key("vpc"), Body=content)


def fill_disk(emulator: Emulator) -> None:
    """Have none of its files be written again, as on a full disk: where it would write them first is a folder."""
    for file in emulator.folder.emulator_state.glob("*.json"):
        file.with_name(f"{file.name}.tmp").mkdir()


def clusters(settings: Settings) -> list[str]:
    return Aws(settings).ecs.list_clusters()["clusterArns"]


def test_starting_it_again_leaves_it_alone(emulator: Emulator) -> None:
    pid = pid_of(emulator)
    assert emulator.start() is Started.RUNNING
    assert pid_of(emulator) == pid


def test_it_listens_at_one_address_of_loopback(emulator: Emulator) -> None:
    assert listening_addresses(pid_of(emulator)) == {("127.0.0.1", emulator.port)}


def test_it_is_in_a_session_of_its_own_and_knows_of_no_docker_engine(emulator: Emulator) -> None:
    pid = pid_of(emulator)
    assert os.getsid(pid) == pid
    host = emulator._environment()["DOCKER_HOST"]
    assert host.startswith("unix:///")
    assert not Path(host.removeprefix("unix://")).exists()


def test_it_keeps_what_it_holds_over_a_stop(emulator: Emulator, settings: Settings) -> None:
    put_terraform_state(settings)
    Aws(settings).ecs.create_cluster(clusterName="kept")
    assert emulator.stop()
    assert emulator.running() is None
    assert not emulator.stop()
    assert emulator.start() is Started.RESTORED
    assert [arn.rpartition("/")[2] for arn in clusters(settings)] == ["kept"]
    assert Aws(settings).s3.list_objects_v2(Bucket=settings.state_bucket_name)["KeyCount"] == 1


def test_what_was_saved_outlives_a_kill(emulator: Emulator, settings: Settings) -> None:
    put_terraform_state(settings)
    Aws(settings).ecs.create_cluster(clusterName="saved")
    assert emulator.save()
    assert not emulator.save()
    kill(emulator)
    assert emulator.start() is Started.RESTORED
    assert len(clusters(settings)) == 1


def test_a_saved_state_older_than_terraforms_is_not_used(emulator: Emulator, settings: Settings) -> None:
    put_terraform_state(settings)
    Aws(settings).ecs.create_cluster(clusterName="old")
    emulator.save()
    put_terraform_state(settings, b"{ }")
    kill(emulator)
    assert emulator.start() is Started.EMPTY
    assert clusters(settings) == []
    body = Aws(settings).s3.get_object(Bucket=settings.state_bucket_name, Key=settings.state_key("vpc"))["Body"]
    assert body.read() == b"{ }"


def test_what_terraform_changes_after_a_save_is_saved_again(emulator: Emulator, settings: Settings) -> None:
    put_terraform_state(settings)
    assert emulator.save()
    put_terraform_state(settings, b"{ }")
    Aws(settings).ecs.create_cluster(clusterName="later")
    assert emulator.save()
    kill(emulator)
    assert emulator.start() is Started.RESTORED
    assert len(clusters(settings)) == 1


def test_data_outlive_a_kill_with_all_their_releases(emulator: Emulator, settings: Settings) -> None:
    put_terraform_state(settings)
    s3 = Aws(settings).s3
    s3.create_bucket(Bucket="data")
    s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Enabled"})
    emulator.save()
    for by in ("ada", "bob"):
        s3.put_object(Bucket="data", Key="a.csv", Body=by.encode(), Metadata={"by": by})
    before = s3.list_object_versions(Bucket="data")["Versions"]
    kill(emulator)
    assert emulator.start() is Started.RESTORED
    after = s3.list_object_versions(Bucket="data")["Versions"]
    assert [found["VersionId"] for found in after] == [found["VersionId"] for found in before]
    told = [s3.head_object(Bucket="data", Key="a.csv", VersionId=found["VersionId"])["Metadata"] for found in after]
    assert told == [{"by": "bob"}, {"by": "ada"}]


def test_where_it_cannot_write_nothing_is_taken_for_saved(emulator: Emulator, settings: Settings) -> None:
    put_terraform_state(settings)
    Aws(settings).ecs.create_cluster(clusterName="old")
    emulator.save()
    put_terraform_state(settings, b"{ }")
    fill_disk(emulator)
    assert emulator.stop()
    assert emulator.start() is Started.EMPTY
    assert clusters(settings) == []


def test_a_save_that_writes_nothing_is_an_error_and_the_next_start_tells(
    emulator: Emulator, settings: Settings
) -> None:
    put_terraform_state(settings)
    emulator.save()
    put_terraform_state(settings, b"{ }")
    fill_disk(emulator)
    with pytest.raises(OpsError, match=r"ended without saving what it held: .*\./dashctl up makes everything anew"):
        emulator.save()
    assert emulator.running() is None
    assert not emulator.save()
    assert emulator.start() is Started.EMPTY


def test_other_settings_move_it_to_another_port(
    emulator: Emulator, settings: Settings, environ: dict[str, str]
) -> None:
    port = free_port()
    Aws(settings).ecs.create_cluster(clusterName="kept")
    moved = settings_of({**environ, "DASH__LOCAL__PORT": str(port)})
    other = Emulator(moved)
    assert other.start() is Started.RESTORED
    assert not emulator.answers()
    assert len(clusters(moved)) == 1


def test_a_port_in_use_is_an_error_that_names_its_user_and_the_setting(settings: Settings) -> None:
    emulator = Emulator(settings)
    emulator.folder.create()
    with socket.create_server(("127.0.0.1", emulator.port)), pytest.raises(OpsError) as refused:
        emulator.start()
    message = str(refused.value)
    assert f"port {emulator.port} on 127.0.0.1 is in use by " in message
    assert f"(pid {os.getpid()})" in message
    assert "local.port" in message
    assert "DASH__LOCAL__PORT" in message


def test_another_deployments_emulator_is_not_taken_for_ones_own(
    emulator: Emulator, environ: dict[str, str], tmp_path: Path
) -> None:
    other = Emulator(settings_of({**environ, "DASH__LOCAL__FOLDER": str(tmp_path / "other")}))
    other.folder.create()
    # The process is called python where the path of the checkout has a space: pip then writes another first line.
    with pytest.raises(OpsError, match=f"port {emulator.port} on 127.0.0.1 is in use by (ministack|python)"):
        other.start()
    assert not other.stop()
    assert emulator.answers()


def test_a_recycled_process_id_is_not_stopped(emulator: Emulator, settings: Settings) -> None:
    record = emulator.running()
    assert record is not None
    before = record.process
    forged = record.model_copy(update={"process": ProcessRecord(pid=before.pid, started=before.started - 3600)})
    emulator.folder.emulator_record.write_text(forged.model_dump_json())
    assert emulator.running() is None
    assert not emulator.stop()
    assert before.is_running()
    emulator.folder.emulator_record.write_text(record.model_dump_json())


def test_an_emulator_that_is_not_installed_is_an_error(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(settings)
    emulator.folder.create()
    for value in ("", "/nowhere/ministack"):
        monkeypatch.setenv("DASHCTL_EMULATOR", value)
        with pytest.raises(OpsError, match="not installed"):
            emulator.start()


def test_an_emulator_that_cannot_be_written_down_is_ended(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(settings)
    emulator.folder.create()
    emulator.folder.emulator_record.mkdir()
    started: list[ProcessRecord] = []

    def spawn_and_tell(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        child, process = spawn(*arguments, **options)
        started.append(process)
        return child, process

    monkeypatch.setattr("ops.local.emulator.spawn", spawn_and_tell)
    with pytest.raises(OpsError, match=r"emulator\.json cannot be written: Is a directory"):
        emulator.start()
    assert [process.is_running() for process in started] == [False]


def test_an_emulator_that_ends_at_once_is_an_error_with_its_last_lines(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "ministack"
    broken.write_text("#!/bin/sh\necho no module named hypercorn\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("DASHCTL_EMULATOR", str(broken))
    emulator = Emulator(settings)
    emulator.folder.create()
    with pytest.raises(OpsError, match="no module named hypercorn"):
        emulator.start()
    assert emulator.running() is None
