import pytest
from botocore.exceptions import ConnectTimeoutError
from dash import no_update
from flask import Flask

from dashboard import shell
from dashboard.data import DataStore
from tests.dashboard.fake_s3 import FakeS3

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
    assert layout[shell.SOURCE_ID].children == (
        "3 rows, 2 countries, 1952 to 2007. Data of 23 November 2026, 20:41 UTC."
    )
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
    assert "shows the data of 23 November 2026" in str(notice)
    assert unchanged is no_update
