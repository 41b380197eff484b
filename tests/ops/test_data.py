"""Checking and uploading a CSV."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from config import Settings
from ops import data
from ops.aws import Aws
from ops.cli import app
from ops.data import Findings, Summary, check, object_exists, upload, write_sample
from ops.errors import OpsError
from ops.local.emulator import Emulator
from tests.ops.local import conftest as local

environ, settings, emulator = local.environ, local.settings, local.emulator

HEADER = "country,continent,year,lifeExp,pop,gdpPercap\n"
GOOD = HEADER + "Canada,Americas,1952,68.75,14785584,11367.16\nChad,Africa,1957,39.8,2894855,1308.5\n"
BAD = HEADER + "Canada,Americas,1952,68.75,many,11367.16\n"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good file.csv"
    file.write_text(GOOD)
    return file


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    file = tmp_path / "bad.csv"
    file.write_text(BAD)
    return file


@pytest.mark.unit
def test_a_good_file_is_summed_up(good: Path) -> None:
    assert check(good) == Summary(rows=2, countries=2, years=(1952, 1957))


@pytest.mark.unit
def test_a_bad_file_is_refused_with_row_and_column(bad: Path) -> None:
    found = check(bad)
    assert isinstance(found, Findings)
    assert found.total == 1
    assert (found.findings[0].row, found.findings[0].column) == (2, "pop")
    assert "'many'" in found.findings[0].message


@pytest.mark.unit
def test_a_file_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OpsError, match=r"there is no file .*/missing.csv"):
        check(tmp_path / "missing.csv")
    with pytest.raises(OpsError, match="is a folder: name a CSV file"):
        check(tmp_path)
    (tmp_path / "file.csv").touch()
    with pytest.raises(OpsError, match=r"file.csv/x cannot be read: Not a directory"):
        check(tmp_path / "file.csv" / "x")
    monkeypatch.setattr(data, "LARGEST_BYTES", 3 * 2**20)
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(4 * 2**20)
    with pytest.raises(OpsError, match=r"large.csv has 4 MiB; .* at most 3 MiB"):
        check(large)


@pytest.mark.unit
def test_a_file_without_permission_is_an_error_that_names_it(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root, which may run the tests, can open every file
    with pytest.raises(OpsError, match=r"good file.csv cannot be read: Permission denied"):
        check(good)


@pytest.mark.unit
def test_the_sample_is_a_good_file(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample.csv")
    found = check(tmp_path / "sample.csv")
    assert isinstance(found, Summary)
    assert (found.rows, found.countries, found.years) == (1704, 142, (1952, 2007))
    with pytest.raises(OpsError, match="sample"):
        write_sample(tmp_path / "no folder" / "sample.csv")


@pytest.mark.unit
def test_denied_access_is_an_error(settings: Settings, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Denied:
        def put_object(self, **_: object) -> None:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no s3:PutObject"}}, "PutObject")

    aws = Aws(settings)
    monkeypatch.setattr(aws, "s3", Denied())
    with pytest.raises(OpsError, match="no s3:PutObject"):
        upload(aws, good)


@pytest.fixture
def aws(emulator: Emulator, settings: Settings) -> Aws:
    aws = Aws(settings)
    aws.s3.create_bucket(Bucket=settings.data_bucket_name)
    aws.s3.put_bucket_versioning(Bucket=settings.data_bucket_name, VersioningConfiguration={"Status": "Enabled"})
    return aws


@pytest.mark.emulator
def test_an_upload_is_a_new_version_of_a_csv(aws: Aws, good: Path) -> None:
    assert not object_exists(aws)
    first, second = upload(aws, good), upload(aws, good)
    assert object_exists(aws)
    assert first.version
    assert first.version != second.version
    found = aws.s3.get_object(Bucket=first.bucket, Key=first.key)
    assert (found["ContentType"], found["VersionId"]) == ("text/csv", second.version)
    assert found["Body"].read().decode() == GOOD


@pytest.mark.emulator
def test_a_missing_bucket_is_an_error_that_names_the_stack(
    emulator: Emulator,
    settings: Settings,
    good: Path,
) -> None:
    for action in (lambda: upload(Aws(settings), good), lambda: object_exists(Aws(settings))):
        with pytest.raises(OpsError, match=r"no bucket 'plotly-dash-local-data-000000000000' yet: deploy the stack"):
            action()


@pytest.mark.emulator
def test_pushing_a_good_file_says_what_is_in_it_and_where_it_went(
    aws: Aws, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHCTL_CALLER_CWD", str(good.parent))
    result = CliRunner().invoke(app, ["data", "push", good.name])
    assert result.exit_code == 0, result.output
    assert "2 rows, 2 countries, years 1952 to 1957" in result.output
    version = aws.s3.head_object(Bucket=aws.settings.data_bucket_name, Key=aws.settings.bucket.object_key)["VersionId"]
    assert version in result.output.replace("\n", "")


@pytest.mark.emulator
def test_pushing_a_bad_file_leaves_what_was_there(aws: Aws, good: Path, bad: Path) -> None:
    before = upload(aws, good)
    result = CliRunner().invoke(app, ["data", "push", str(bad)])
    assert result.exit_code == 1
    assert "'many' is not a number" in result.output
    assert "1 fault; nothing was uploaded" in result.output.replace("\n", " ")
    after = aws.s3.head_object(Bucket=before.bucket, Key=before.key)
    assert after["VersionId"] == before.version
