"""Releases of the data: pushed, listed and rolled back, in a bucket of the emulator and against a stubbed S3."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber
from typer.testing import CliRunner

from config import Settings
from ops import releases
from ops.aws import Aws
from ops.cli import app
from ops.data import Summary
from ops.errors import OpsError
from ops.releases import Facts, Release, object_exists, push, read_releases, roll_back
from ops.verbs.data import _as_table
from tests.ops.conftest import SetVariables
from tests.settings import settings_of

HEADER = "country,continent,year,lifeExp,pop,gdpPercap\n"
FIRST = HEADER + "Canada,Americas,1952,68.75,14785584,11367.16\nChad,Africa,1957,39.8,2894855,1308.5\n"
SECOND = HEADER + "Peru,Americas,1952,43.9,8025700,3758.5\n"
BAD = HEADER + "Canada,Americas,1952,68.75,many,11367.16\n"
SUMMARY = Summary(rows=2, countries=2, years=(1952, 1957))
KEY = "gapminder_unfiltered.csv"

on_the_emulator = [pytest.mark.emulator, pytest.mark.xdist_group("ops_emulator")]


def write(folder: Path, text: str, name: str = "data.csv") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def release(version: str, second: int = 0, **fields: Any) -> Release:  # noqa: ANN401
    return Release(version, datetime(2026, 1, 1, second=second, tzinfo=UTC), fields.pop("live", False), **fields)


@pytest.mark.unit
class TestOrder:
    """S3 hands out versions and delete markers in two lists."""

    def test_a_delete_marker_stands_where_it_was_made(self) -> None:
        versions = [release("c", 30, live=True), release("b", 20), release("a", 10)]
        markers = [release("deleted", 25, deleted=True), release("first", 5, deleted=True)]
        merged = [found.version for found in releases._merged(versions, markers)]
        assert merged == ["c", "deleted", "b", "a", "first"]

    def test_a_live_delete_marker_comes_first_whatever_the_times(self) -> None:
        marker = release("deleted", 10, deleted=True, live=True)
        assert [found.version for found in releases._merged([release("a", 10)], [marker])] == ["deleted", "a"]

    def test_versions_of_one_second_stay_in_the_order_of_s3(self) -> None:
        versions = [release("later", 10, live=True), release("earlier", 10)]
        assert [found.version for found in releases._merged(versions, [])] == ["later", "earlier"]

    def test_the_live_version_comes_first_though_its_upload_began_before_a_deletion(self) -> None:
        marker = release("deleted", 10, deleted=True)
        assert [found.version for found in releases._merged([release("slow", 5, live=True)], [marker])] == [
            "slow",
            "deleted",
        ]


@pytest.mark.unit
class TestSameData:
    def test_is_told_by_the_digest_where_the_e_tags_differ(self) -> None:
        whole = release("a", etag="0123", facts=Facts(sha256="ab"))
        in_parts = release("b", etag="4567-2", facts=Facts(sha256="ab"))
        assert whole.holds_the_data_of(in_parts)

    def test_is_told_by_the_origin_of_a_copy(self) -> None:
        in_parts = release("a", etag="4567-2")
        copied = release("b", etag="89ab", facts=Facts(restored_from="a"))
        assert copied.holds_the_data_of(in_parts)
        assert not copied.holds_the_data_of(release("c", etag="4567-3"))

    def test_without_a_digest_another_e_tag_is_other_data(self) -> None:
        assert not release("a", size=5, etag="01").holds_the_data_of(release("b", size=5, etag="02"))


@pytest.mark.unit
def test_metadata_that_somebody_else_wrote_do_no_harm() -> None:
    assert Facts.of({"rows": "many", "countries": "²", "file": "na%C3%AFve.csv"}) == Facts(file="naïve.csv")


@pytest.mark.unit
def test_the_list_says_what_is_known_and_steers_no_terminal() -> None:
    table = _as_table(
        [
            release("gone", 40, live=True, deleted=True),
            release(
                "ours", 30, size=3 * 2**20, facts=Facts(5, 2, "1-2", "a\x1b[2Jb.csv", "arn:aws:sts::1:role/x/jane")
            ),
            release("theirs", 20, size=100),
        ]
    )
    assert [line.split() for line in table.splitlines()[1:]] == [
        ["live", "gone", "2026-01-01", "00:00:40", "deleted"],
        ["ours", "2026-01-01", "00:00:30", "3", "MiB", "5", "2", "1-2", "role/x/jane", "a\ufffd[2Jb.csv"],
        ["theirs", "2026-01-01", "00:00:20", "100", "B"],
    ]


class StubbedS3:
    """A bucket whose answers, and the requests that lead to them, are written down before."""

    def __init__(self, settings: Settings) -> None:
        self.aws = Aws(settings)
        self.bucket = settings.data_bucket_name
        self.s3 = Stubber(self.aws.s3)
        self.sts = Stubber(self.aws.sts)
        self.s3.activate()
        self.sts.activate()
        self.sts.add_response("get_caller_identity", {"Arn": "arn:aws:iam::1:user/jane", "Account": "1"})

    def versions(self, *versions: dict[str, Any], markers: tuple[dict[str, Any], ...] = ()) -> None:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        self.s3.add_response("get_bucket_versioning", {"Status": "Enabled"}, {"Bucket": self.bucket})
        self.s3.add_response(
            "list_object_versions",
            {
                "Versions": [{"Key": KEY, "LastModified": at, "IsLatest": False, **version} for version in versions],
                "DeleteMarkers": [{"Key": KEY, "LastModified": at, **marker} for marker in markers],
            },
            {"Bucket": self.bucket, "Prefix": KEY},
        )

    def head(self, version: str, **metadata: str) -> None:
        self.s3.add_response(
            "head_object",
            {"Metadata": metadata, "ContentType": "text/csv"},
            {"Bucket": self.bucket, "Key": KEY, "VersionId": version},
        )

    def expected_copy(self, version: str, metadata: object = ANY, **condition: str) -> dict[str, Any]:
        return {
            "Bucket": self.bucket,
            "Key": KEY,
            "CopySource": {"Bucket": self.bucket, "Key": KEY, "VersionId": version},
            "MetadataDirective": "REPLACE",
            "Metadata": metadata,
            "ContentType": "text/csv",
            **condition,
        }


@pytest.fixture
def stubbed(settings: Settings) -> StubbedS3:
    return StubbedS3(settings)


@pytest.mark.unit
class TestRollbackRequests:
    NEW: ClassVar[dict[str, Any]] = {"VersionId": "new", "IsLatest": True, "Size": 5, "ETag": '"e2"'}
    OLD: ClassVar[dict[str, Any]] = {"VersionId": "old", "Size": 4, "ETag": '"e1"'}

    def test_copies_only_over_what_was_seen_to_be_live(self, stubbed: StubbedS3) -> None:
        stubbed.versions(self.NEW, self.OLD)
        stubbed.head("new")
        stubbed.head("old", rows="7")
        stubbed.head("old", rows="7")
        metadata = {"rows": "7", "by": "arn:aws:iam::1:user/jane", "restored-from": "old"}
        stubbed.s3.add_response(
            "copy_object", {"VersionId": "copy"}, stubbed.expected_copy("old", metadata, IfMatch='"e2"')
        )

        done = roll_back(stubbed.aws)

        assert (done.restored.version, done.replaced.version, done.version) == ("old", "new", "copy")
        stubbed.s3.assert_no_pending_responses()

    def test_over_a_deleted_object_copies_only_while_there_is_none(self, stubbed: StubbedS3) -> None:
        stubbed.versions(self.OLD, markers=({"VersionId": "gone", "IsLatest": True},))
        stubbed.head("old")
        stubbed.head("old")
        stubbed.s3.add_response("copy_object", {"VersionId": "copy"}, stubbed.expected_copy("old", IfNoneMatch="*"))

        assert roll_back(stubbed.aws).replaced.deleted
        stubbed.s3.assert_no_pending_responses()

    @pytest.mark.parametrize("code", ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"])
    def test_a_push_meanwhile_is_an_error_that_says_so(self, stubbed: StubbedS3, code: str) -> None:
        stubbed.versions(self.NEW, self.OLD)
        for version in ("new", "old", "old"):
            stubbed.head(version)
        stubbed.s3.add_client_error("copy_object", code, "no")

        with pytest.raises(OpsError, match=r"somebody changed .* meanwhile, so nothing was restored: look at \./dash"):
            roll_back(stubbed.aws)

    def test_a_version_that_went_away_meanwhile_is_an_error_that_names_it(self, stubbed: StubbedS3) -> None:
        stubbed.versions(self.NEW, self.OLD)
        for version in ("new", "old", "old"):
            stubbed.head(version)
        stubbed.s3.add_client_error("copy_object", "NoSuchVersion", "no")

        with pytest.raises(OpsError, match="has no version 'old'"):
            roll_back(stubbed.aws)

    def test_what_s3_does_not_copy_in_one_request_is_refused(self, stubbed: StubbedS3) -> None:
        stubbed.versions(self.NEW, self.OLD | {"Size": 6 * 1024**3})
        stubbed.head("new")
        stubbed.head("old")

        with pytest.raises(OpsError, match=r"version old has 6\.0 GiB, and S3 copies at most 5\.0 GiB"):
            roll_back(stubbed.aws)

    def test_skips_releases_that_hold_what_is_live(self, stubbed: StubbedS3) -> None:
        same = {"VersionId": "same", "Size": 5, "ETag": '"e2-1"'}
        stubbed.versions(self.NEW, same, self.OLD)
        stubbed.head("new", sha256="ab")
        stubbed.head("same", sha256="ab")
        stubbed.head("old", sha256="cd")
        stubbed.head("old", sha256="cd")
        stubbed.s3.add_response("copy_object", {"VersionId": "copy"}, stubbed.expected_copy("old", IfMatch='"e2"'))

        assert roll_back(stubbed.aws).restored.version == "old"

    def test_a_named_release_with_the_data_that_are_live_is_refused(self, stubbed: StubbedS3) -> None:
        stubbed.versions(self.NEW, self.OLD)
        stubbed.head("new", sha256="ab")
        stubbed.head("old", sha256="ab")

        with pytest.raises(OpsError, match="version old holds the same data as what is live: nothing was changed"):
            roll_back(stubbed.aws, "old")

    def test_denied_access_is_an_error(self, stubbed: StubbedS3) -> None:
        stubbed.s3.add_client_error("get_bucket_versioning", "AccessDenied", "no s3:GetBucketVersioning")

        with pytest.raises(OpsError, match="no s3:GetBucketVersioning"):
            roll_back(stubbed.aws)


@pytest.mark.unit
def test_a_push_without_permission_is_an_error(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Denied:
        def head_object(self, **_: object) -> None:
            raise ClientError({"Error": {"Code": "404"}}, "HeadObject")

        def put_object(self, **_: object) -> None:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no s3:PutObject"}}, "PutObject")

    aws = Aws(settings)
    monkeypatch.setattr(aws, "s3", Denied())
    monkeypatch.setattr(releases, "_caller", lambda _: "me")
    with pytest.raises(OpsError, match="no s3:PutObject"):
        push(aws, write(tmp_path, FIRST), SUMMARY)


@pytest.mark.unit
def test_a_file_that_s3_does_not_take_at_once_is_refused(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "large.parquet"
    with file.open("wb") as body:
        body.truncate(5 * 1024**3 + 1)
    with pytest.raises(OpsError, match=r"large\.parquet has more than the 5\.0 GiB that S3 takes"):
        push(Aws(settings), file, SUMMARY)


@pytest.fixture
def variables(set_local: SetVariables) -> dict[str, str]:
    """The variables of an environment with a data bucket of its own, also set for this process."""
    return set_local(DASH__BUCKET__NAME=f"data-{uuid.uuid4()}")


@pytest.fixture
def no_bucket(variables: dict[str, str]) -> Aws:
    return Aws(settings_of(variables))


@pytest.fixture
def unversioned(no_bucket: Aws) -> Aws:
    no_bucket.s3.create_bucket(Bucket=no_bucket.settings.data_bucket_name)
    return no_bucket


@pytest.fixture
def aws(unversioned: Aws) -> Aws:
    set_versioning(unversioned, "Enabled")
    return unversioned


def set_versioning(aws: Aws, status: Any) -> None:  # noqa: ANN401
    aws.s3.put_bucket_versioning(Bucket=aws.settings.data_bucket_name, VersioningConfiguration={"Status": status})


@pytest.fixture
def push_text(aws: Aws, tmp_path: Path) -> Callable[[str], str]:
    """A function that pushes a text and returns the version that it made."""

    def push_one(text: str) -> str:
        uploaded = push(aws, write(tmp_path, text), SUMMARY)
        assert uploaded.new
        assert uploaded.version
        return uploaded.version

    return push_one


def live_text(aws: Aws) -> str:
    found = aws.s3.get_object(Bucket=aws.settings.data_bucket_name, Key=KEY)
    return found["Body"].read().decode()


def delete(aws: Aws) -> str:
    return aws.s3.delete_object(Bucket=aws.settings.data_bucket_name, Key=KEY)["VersionId"]


PushText = Callable[[str], str]


class TestPush:
    pytestmark = on_the_emulator

    def test_makes_a_release_that_tells_what_is_in_it(self, aws: Aws, tmp_path: Path) -> None:
        assert not object_exists(aws)
        uploaded = push(aws, write(tmp_path, FIRST, "naïve data.csv"), SUMMARY)
        assert object_exists(aws)
        found = aws.s3.get_object(Bucket=uploaded.bucket, Key=uploaded.key)
        assert (found["ContentType"], found["VersionId"]) == ("text/csv", uploaded.version)
        assert found["Body"].read().decode() == FIRST
        (released,) = read_releases(aws, 20)
        assert released.live
        assert released.size == len(FIRST)
        facts = released.facts
        assert (facts.rows, facts.countries, facts.years, facts.file) == (2, 2, "1952-1957", "naïve data.csv")
        assert facts.by == "arn:aws:iam::000000000000:root"

    def test_of_the_same_data_makes_no_release(self, aws: Aws, tmp_path: Path, push_text: PushText) -> None:
        version = push_text(FIRST)
        again = push(aws, write(tmp_path, FIRST, "other name.csv"), SUMMARY)
        assert (again.new, again.version) == (False, version)
        assert len(read_releases(aws, 20)) == 1

    def test_of_what_somebody_uploaded_by_hand_makes_no_release(self, aws: Aws, tmp_path: Path) -> None:
        by_hand = aws.s3.put_object(Bucket=aws.settings.data_bucket_name, Key=KEY, Body=FIRST.encode())["VersionId"]
        again = push(aws, write(tmp_path, FIRST), SUMMARY)
        assert (again.new, again.version) == (False, by_hand)

    def test_of_older_data_is_a_release(self, aws: Aws, push_text: PushText) -> None:
        versions = [push_text(FIRST), push_text(SECOND), push_text(FIRST)]
        assert [found.version for found in read_releases(aws, 20)] == versions[::-1]

    def test_stores_parquet_at_the_same_key_with_its_own_type(self, aws: Aws, tmp_path: Path) -> None:
        uploaded = push(aws, write(tmp_path, "PAR1…PAR1", "data.parquet"), SUMMARY)
        assert uploaded.key == KEY
        head = aws.s3.head_object(Bucket=uploaded.bucket, Key=KEY)
        assert head["ContentType"] == "application/vnd.apache.parquet"

    def test_into_a_bucket_without_versions_has_no_version(self, unversioned: Aws, tmp_path: Path) -> None:
        assert push(unversioned, write(tmp_path, FIRST), SUMMARY).version is None

    def test_without_the_bucket_is_an_error_that_names_the_stack(self, no_bucket: Aws, tmp_path: Path) -> None:
        for action in (
            lambda: push(no_bucket, write(tmp_path, FIRST), SUMMARY),
            lambda: object_exists(no_bucket),
            lambda: read_releases(no_bucket, 20),
            lambda: roll_back(no_bucket),
        ):
            with pytest.raises(OpsError, match=r"no bucket 'data-.*' yet: deploy the stack `bucket`"):
                action()


class TestList:
    pytestmark = on_the_emulator

    def test_is_empty_without_data(self, aws: Aws) -> None:
        assert read_releases(aws, 20) == []

    def test_has_the_newest_first_and_no_more_than_asked_for(self, aws: Aws, push_text: PushText) -> None:
        versions = [push_text(f"{FIRST}{number}") for number in range(4)]
        assert [found.version for found in read_releases(aws, 3)] == versions[:0:-1]
        assert [found.live for found in read_releases(aws, 3)] == [True, False, False]

    def test_shows_a_deletion_as_a_release_of_its_own(self, aws: Aws, push_text: PushText) -> None:
        version = push_text(FIRST)
        marker = delete(aws)
        found = read_releases(aws, 20)
        assert [(one.version, one.live, one.deleted) for one in found] == [
            (marker, True, True),
            (version, False, False),
        ]

    def test_leaves_out_objects_whose_key_only_begins_alike(self, aws: Aws, push_text: PushText) -> None:
        aws.s3.put_object(Bucket=aws.settings.data_bucket_name, Key=f"{KEY}.bak", Body=b"other")
        version = push_text(FIRST)
        assert [found.version for found in read_releases(aws, 20)] == [version]

    def test_of_a_bucket_without_versions_is_an_error(self, unversioned: Aws) -> None:
        with pytest.raises(OpsError, match=r"keeps no versions, .*: \./dashctl deploy bucket switches versioning on"):
            read_releases(unversioned, 20)


class TestRollback:
    pytestmark = on_the_emulator

    def test_restores_the_release_before_as_a_new_one(self, aws: Aws, push_text: PushText) -> None:
        first, second = push_text(FIRST), push_text(SECOND)
        done = roll_back(aws)
        assert live_text(aws) == FIRST
        assert (done.restored.version, done.replaced.version) == (first, second)
        live = read_releases(aws, 20)[0]
        assert live.version == done.version
        assert live.facts.restored_from == first
        assert (live.facts.rows, live.facts.file) == (2, "data.csv")
        head = aws.s3.head_object(Bucket=aws.settings.data_bucket_name, Key=KEY)
        assert head["ContentType"] == "text/csv"
        assert [found.version for found in read_releases(aws, 20)] == [done.version, second, first]

    def test_can_be_rolled_back(self, aws: Aws, push_text: PushText) -> None:
        push_text(FIRST)
        push_text(SECOND)
        roll_back(aws)
        roll_back(aws)
        assert live_text(aws) == SECOND

    def test_restores_the_release_that_is_named(self, aws: Aws, push_text: PushText) -> None:
        first = push_text(FIRST)
        push_text(SECOND)
        push_text(SECOND + SECOND)
        roll_back(aws, first)
        assert live_text(aws) == FIRST

    def test_restores_deleted_data(self, aws: Aws, push_text: PushText) -> None:
        first = push_text(FIRST)
        marker = delete(aws)
        done = roll_back(aws)
        assert (done.restored.version, done.replaced.version) == (first, marker)
        assert live_text(aws) == FIRST

    def test_to_what_is_live_is_refused(self, aws: Aws, push_text: PushText) -> None:
        push_text(FIRST)
        second = push_text(SECOND)
        with pytest.raises(OpsError, match=f"version {second} is live already: nothing was changed"):
            roll_back(aws, second)

    def test_to_the_origin_of_a_rollback_that_is_live_is_refused(self, aws: Aws, push_text: PushText) -> None:
        first = push_text(FIRST)
        push_text(SECOND)
        roll_back(aws)
        with pytest.raises(OpsError, match=f"version {first} holds the same data as what is live"):
            roll_back(aws, first)
        assert len(read_releases(aws, 20)) == 3

    def test_without_an_earlier_release_is_refused(self, aws: Aws, push_text: PushText) -> None:
        with pytest.raises(OpsError, match=r"there are no data at s3://.* yet: \./dashctl data push"):
            roll_back(aws)
        push_text(FIRST)
        with pytest.raises(OpsError, match=r"there is no earlier release of s3://.* with other data"):
            roll_back(aws)

    def test_to_an_unknown_version_is_refused(self, aws: Aws, push_text: PushText) -> None:
        push_text(FIRST)
        with pytest.raises(OpsError, match=r"has no version 'nonsense': \./dashctl data list names"):
            roll_back(aws, "nonsense")

    def test_to_a_delete_marker_is_refused(self, aws: Aws, push_text: PushText) -> None:
        push_text(FIRST)
        marker = delete(aws)
        push_text(SECOND)
        with pytest.raises(OpsError, match=f"version {marker} is a delete marker, which holds no data"):
            roll_back(aws, marker)

    @pytest.mark.parametrize("status", [None, "Suspended"])
    def test_in_a_bucket_that_keeps_no_versions_is_refused(
        self, unversioned: Aws, tmp_path: Path, status: str | None
    ) -> None:
        if status:
            set_versioning(unversioned, "Enabled")
            push(unversioned, write(tmp_path, FIRST), SUMMARY)
            set_versioning(unversioned, status)
        with pytest.raises(OpsError, match="keeps no versions, so there is nothing to go back to"):
            roll_back(unversioned)


class TestCommands:
    pytestmark = on_the_emulator

    def run(self, *arguments: str) -> str:
        result = CliRunner().invoke(app, ["data", *arguments])
        assert result.exit_code == 0, result.output + str(result.exception)
        return " ".join(result.output.split())

    def test_from_push_to_rollback(self, aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DASHCTL_CALLER_CWD", str(tmp_path))
        assert "no data yet: ./dashctl data push FILE uploads some" in self.run("list")
        assert json.loads(self.run("list", "--json")) == []
        pushed = self.run("push", write(tmp_path, FIRST, "first.csv").name)
        assert "2 rows, 2 countries, years 1952 to 1957" in pushed
        self.run("push", write(tmp_path, SECOND, "second.csv").name)
        assert "holds the same data already: nothing was uploaded" in self.run("push", "second.csv")

        second, first = json.loads(self.run("list", "--json"))
        assert first["version"] in pushed
        assert (second["live"], first["live"]) == (True, False)
        assert (second["rows"], second["countries"], second["years"], second["file"]) == (
            1,
            1,
            "1952-1952",
            "second.csv",
        )
        assert datetime.fromisoformat(first["modified_at"]).tzinfo is not None
        assert f"live {second['version']}" in self.run("list")

        restored = self.run("rollback")
        assert f"version {first['version']} of" in restored
        assert "2 rows, 2 countries, 1952-1957" in restored
        assert f"instead of version {second['version']}" in restored
        assert live_text(aws) == FIRST
        assert f"restored from {first['version']}" in self.run("list", "--last", "1")
        self.run("rollback", "--to", second["version"])
        assert live_text(aws) == SECOND

    def test_pushing_a_bad_file_leaves_what_was_there(self, aws: Aws, tmp_path: Path, push_text: PushText) -> None:
        before = push_text(FIRST)
        result = CliRunner().invoke(app, ["data", "push", str(write(tmp_path, BAD, "bad.csv"))])
        assert result.exit_code == 1
        assert "'many' is not a number" in result.output
        assert [found.version for found in read_releases(aws, 20)] == [before]
