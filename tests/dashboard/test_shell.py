from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ConnectTimeoutError
from dash import no_update, page_registry
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import shell
from dashboard.data import DataStore
from tests.dashboard.fake_s3 import FakeS3
from tests.dashboard.json_values import JSON_VALUES

pytestmark = pytest.mark.unit


def test_an_open_page_without_data_says_what_to_do_and_asks_again_soon(in_app: Flask, store: DataStore) -> None:
    store.refresh()
    layout = shell.layout()
    assert "./dashctl data push" in layout[shell.NOTICE_ID].children
    assert layout[shell.VERSION_ID].data is None
    assert layout[shell.INTERVAL_ID].interval == 1000


def test_a_page_with_data_shows_no_notice(filled: Flask) -> None:
    layout = shell.layout()
    assert layout[shell.NOTICE_ID].children == ""
    source = layout[shell.SOURCE_ID].children
    assert source.startswith("Data of 23 Nov 2026, 20:41 UTC (")
    assert source.endswith(" old): 3 rows, 2 countries, 1952 to 2007.")
    assert layout[shell.INTERVAL_ID].interval == 10_000


def test_nothing_is_sent_while_nothing_changes(filled: Flask) -> None:
    shown = shell.layout()
    answer = shell.refresh(
        1,
        shown[shell.NOTICE_ID].children,
        shown[shell.SOURCE_ID].children,
        shown[shell.VERSION_ID].data,
        shown[shell.INTERVAL_ID].interval,
    )
    assert answer == [no_update] * 4


def test_an_open_page_learns_of_new_data(filled: Flask, s3: FakeS3, store: DataStore, csv_bytes: bytes) -> None:
    _, _, before, _ = shell.refresh(1, None, None, None, None)
    s3.content = csv_bytes.replace(b"Albania", b"Zambia")
    store.refresh()
    _, _, after, _ = shell.refresh(2, "", "", str(before), 10_000)
    assert isinstance(after, str)
    assert after != before


def test_a_problem_is_shown_beside_the_data_that_are_kept(filled: Flask, s3: FakeS3, store: DataStore) -> None:
    version = shell.layout()[shell.VERSION_ID].data
    s3.error = ConnectTimeoutError(endpoint_url="http://s3")
    store.refresh()
    notice, _, unchanged, _ = shell.refresh(2, "", "", version, 10_000)
    assert "S3 does not answer" in str(notice)
    assert "shows the data of 23 Nov 2026" in str(notice)
    assert unchanged is no_update


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=-5), "less than a minute old"),
        (timedelta(seconds=59), "less than a minute old"),
        (timedelta(minutes=1), "1 minute old"),
        (timedelta(minutes=59, seconds=59), "59 minutes old"),
        (timedelta(hours=3, minutes=59), "3 hours old"),
        (timedelta(hours=24), "1 day old"),
        (timedelta(days=400), "400 days old"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(age: timedelta, text: str) -> None:
    assert shell.age_text(age) == text


def test_a_moment_is_told_in_utc_without_a_leading_zero() -> None:
    assert shell.time_text(datetime(2026, 11, 3, 4, 5, tzinfo=UTC)) == "3 Nov 2026, 04:05 UTC"


def test_every_page_but_that_for_unknown_addresses_is_in_the_navigation(in_app: Flask) -> None:
    parts = shell.layout()._traverse()  # type: ignore[no-untyped-call]
    links = [part for part in parts if type(part).__name__ == "Link"]
    shown = [(link.children, link.href) for link in links]
    assert shown[:2] == [("Countries", "/"), ("Continents", "/continents")]
    assert len(shown) == len(page_registry) - 1
    assert "/404" not in dict(shown).values()


def test_the_theme_is_set_before_the_page_is_drawn(in_app: Flask) -> None:
    head = in_app.test_client().get("/").text.partition("</head>")[0]
    assert "/theme.js" in head
    assert head.index("/theme.js") < head.index("/theme.css")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(JSON_VALUES, min_size=5, max_size=5))
def test_no_value_makes_the_tick_fail(filled: Flask, values: list[object]) -> None:
    assert len(shell.refresh(*values)) == 4
