"""Having a file judged by the dashboard, and the sample."""

from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from config import Settings
from ops import data
from ops.cli import app
from ops.data import Findings, Summary, check, write_sample
from ops.errors import OpsError
from ops.local.memory import memory_share_mib
from tests.settings import settings_of

pytestmark = pytest.mark.unit

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


def test_a_good_file_is_summed_up(good: Path, settings: Settings) -> None:
    assert check(good, settings) == Summary(rows=2, countries=2, years=(1952, 1957))


def test_a_bad_file_is_refused_with_row_and_column(bad: Path, settings: Settings) -> None:
    found = check(bad, settings)
    assert isinstance(found, Findings)
    assert found.total == 1
    assert (found.findings[0].row, found.findings[0].column) == (2, "pop")
    assert "'many'" in found.findings[0].message


def test_a_file_is_judged_for_the_memory_and_the_workers_of_a_task(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, commands = data._dashboard, []

    def one_mib(*arguments: str) -> str:
        commands.append(arguments)
        return run(*(["1" if argument == "2048" else argument for argument in arguments]))

    monkeypatch.setattr(data, "_dashboard", one_mib)
    found = check(
        good,
        settings_of(
            {
                "DASH_ENV": "dev",
                "DASH__AWS__ACCOUNT_ID": "111111111111",
                "DASH__TASK__MEMORY": "2048",
                "DASH__DASHBOARD__WORKERS": "3",
            }
        ),
    )
    assert commands == [("validate", "--memory-mib", "2048", "--workers", "3", str(good))]
    # No task is that small; it shows that the dashboard takes these options.
    assert isinstance(found, Findings)
    assert "it has 1 MiB" in found.findings[0].message


def test_a_local_file_is_judged_for_what_this_machine_gives_a_task(
    good: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[tuple[str, ...]] = []

    def answer(*arguments: str) -> str:
        commands.append(arguments)
        return '{"ok": true, "rows": 1, "countries": 1, "years": [1, 2]}'

    monkeypatch.setattr(data, "_dashboard", answer)
    monkeypatch.setattr(data, "memory_share_mib", lambda wanted: wanted // 2)
    check(good, settings)
    assert commands[0][2] == "2048"


def test_a_local_task_counts_on_a_quarter_of_a_small_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    class Small:
        total = 6 * 1024**3

    monkeypatch.setattr(psutil, "virtual_memory", Small)
    assert memory_share_mib(4096) == 1536
    assert memory_share_mib(1024) == 1024


def test_a_file_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(OpsError, match=r"there is no file .*/missing.csv"):
        check(tmp_path / "missing.csv", settings)
    with pytest.raises(OpsError, match="is a folder: name a CSV or Parquet file"):
        check(tmp_path, settings)
    (tmp_path / "file.csv").touch()
    with pytest.raises(OpsError, match=r"file.csv/x cannot be read: Not a directory"):
        check(tmp_path / "file.csv" / "x", settings)


def test_a_file_without_permission_is_an_error_that_names_it(
    good: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root, which may run the tests, can open every file
    with pytest.raises(OpsError, match=r"good file.csv cannot be read: Permission denied"):
        check(good, settings)


def test_the_sample_is_a_good_file(tmp_path: Path, settings: Settings) -> None:
    write_sample(tmp_path / "sample.csv")
    found = check(tmp_path / "sample.csv", settings)
    assert isinstance(found, Summary)
    assert (found.rows, found.countries, found.years) == (1704, 142, (1952, 2007))
    with pytest.raises(OpsError, match="sample"):
        write_sample(tmp_path / "no folder" / "sample.csv")


def test_validating_needs_no_aws(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHCTL_CALLER_CWD", str(good.parent))
    result = CliRunner().invoke(app, ["data", "validate", good.name])
    assert result.exit_code == 0, result.output
    assert "2 rows, 2 countries, years 1952 to 1957" in result.output


def test_validating_a_bad_file_exits_with_1_and_shows_row_and_column(bad: Path) -> None:
    result = CliRunner().invoke(app, ["data", "validate", str(bad)])
    assert result.exit_code == 1
    assert " 2 pop 'many' is not a number" in " ".join(result.output.split())
    assert "1 fault; nothing was uploaded" in result.output.replace("\n", " ")


def test_what_looks_like_markup_in_a_file_is_shown_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "[red] markup.csv"
    file.write_text(HEADER + "Canada,Americas,1952,68.75,[/red],11367.16\n")
    result = CliRunner().invoke(app, ["data", "validate", str(file)])
    assert result.exit_code == 1, result.exception
    printed = " ".join(result.output.split())
    assert " 2 pop '[/red]' is not a number" in printed
    assert "[red] markup.csv: 1 fault" in printed
