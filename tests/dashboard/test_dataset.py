import random

import pytest

from dashboard.dataset import Dataset
from tests.dashboard.files import csv, parquet, parse

pytestmark = pytest.mark.unit


def test_rows_are_indexed_by_country_and_ordered_by_year(csv_bytes: bytes) -> None:
    data = parse(csv_bytes)
    assert data.countries == ["Albania", "Canada"]
    assert data.series("Canada", "year") == [1952, 2007]
    assert data.series("Canada", "pop") == [14785584, 33390141]
    assert data.series("Albania", "lifeExp") == [55.23]
    assert (data.row_count, data.year_range) == (3, (1952, 2007))


def test_continents_and_their_countries_are_indexed() -> None:
    rows = [("Zambia", "Africa"), ("Albania", "Europe"), ("Angola", "Africa"), ("Åland", "Europe")]
    data = parse(csv(*(f"{country},{continent},1952,1,1,1" for country, continent in rows)))
    assert data.continents == {"Africa": ["Angola", "Zambia"], "Europe": ["Albania", "Åland"]}
    assert list(data.continents) == ["Africa", "Europe"]
    assert data.continent_of == dict(rows)


@pytest.mark.parametrize("is_shuffled", [True, False])
def test_every_country_keeps_its_own_rows_in_a_large_file(is_shuffled: bool) -> None:
    expected = {f"Land {c}": [(year, c * 10000 + year) for year in range(1000, 2000)] for c in range(40)}
    rows = [(name, year, pop) for name, series in expected.items() for year, pop in series]
    if is_shuffled:
        random.Random(1).shuffle(rows)  # noqa: S311 - not for secrets
    names, years, populations = (list(values) for values in zip(*rows, strict=True))
    count = len(rows)
    as_csv = csv(*(f"{name},X,{year},70,{pop},1" for name, year, pop in rows))
    as_parquet = parquet(
        country=names,
        continent=["X"] * count,
        year=years,
        lifeExp=[70.0] * count,
        pop=populations,
        gdpPercap=[1.0] * count,
    )
    for content in (as_csv, as_parquet):
        data = parse(content)
        assert data.countries == sorted(expected)
        for name, series in expected.items():
            assert list(zip(data.series(name, "year"), data.series(name, "pop"), strict=True)) == series


def test_disorder_is_seen_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.builder._STEP", 3)
    for place in range(1, 9):
        years = list(range(1950, 1959))
        years[place - 1], years[place] = years[place], years[place - 1]
        data = parse(csv(*(f"Canada,X,{year},1,{year},1" for year in years)))
        assert data.series("Canada", "year") == sorted(years)
        assert data.series("Canada", "pop") == sorted(years)


def test_the_data_cannot_be_changed(csv_bytes: bytes) -> None:
    data: Dataset = parse(csv_bytes)
    for values in data.columns.values():
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0


def test_numbers_are_kept_in_narrow_types(csv_bytes: bytes) -> None:
    types = {name: str(values.dtype) for name, values in parse(csv_bytes).columns.items()}
    assert types == {"year": "int16", "lifeExp": "float64", "pop": "int64", "gdpPercap": "float64"}


def test_a_series_is_plain_python_numbers(csv_bytes: bytes) -> None:
    data = parse(csv_bytes)
    assert {type(value) for column in ("year", "pop") for value in data.series("Canada", column)} == {int}
    assert {type(value) for value in data.series("Canada", "lifeExp")} == {float}


def test_an_unknown_country_or_column_is_a_key_error(csv_bytes: bytes) -> None:
    data = parse(csv_bytes)
    with pytest.raises(KeyError):
        data.series("Atlantis", "pop")
    with pytest.raises(KeyError):
        data.series("Canada", "country")


def test_one_countrys_rows_are_a_pandas_frame(csv_bytes: bytes) -> None:
    frame = parse(csv_bytes).frame("Canada")
    assert frame.set_index("year")["pop"].to_dict() == {1952: 14785584, 2007: 33390141}
    assert list(frame.columns) == ["year", "lifeExp", "pop", "gdpPercap"]
