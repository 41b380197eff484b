from pathlib import Path

import pytest

from dashboard.sample import main, sample_csv
from tests.dashboard.files import parse

pytestmark = pytest.mark.unit


def test_the_sample_is_a_valid_data_set_with_canada() -> None:
    data = parse(sample_csv())
    assert (data.row_count, len(data.countries), data.year_range) == (1704, 142, (1952, 2007))
    assert data.series("Canada", "pop")[-1] == 33390141


def test_the_sample_has_the_references_columns_and_plain_line_ends() -> None:
    content = sample_csv()
    assert content.startswith(b"country,continent,year,lifeExp,pop,gdpPercap\nAfghanistan,Asia,1952,28.801,8425333,")
    assert b"\r" not in content


def test_the_sample_is_the_same_each_time(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert main([str(path)]) == 0
    assert path.read_bytes() == sample_csv()


def test_a_folder_that_is_missing_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "none" / "out.csv"
    assert main([str(path)]) == 1
    assert capsys.readouterr().err == f"dashboard.sample: {path} cannot be written: No such file or directory\n"
