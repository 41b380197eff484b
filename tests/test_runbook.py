"""The runbook speaks of what the dashboard really writes."""

import json
import logging
import re
from pathlib import Path

import pytest
from flask import Flask, g
from pydantic import BaseModel

from dashboard.access_log import add_access_log
from dashboard.data import DataStore
from dashboard.logs import JsonFormatter
from dashboard.metrics import Metrics
from dashboard.request_id import add_request_id
from tests.settings import settings_of

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
WITH_SETTINGS_AND_LINKS = ("architecture", "costs", "runbook", "scale")

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
COMMANDS = {"fields", "filter", "sort", "stats", "limit"}
WORDS = {"by", "as", "and", "or", "asc", "desc", "count", "pct", "max", "bin"}
DISCOVERED = {"@timestamp", "@logStream"}


def queries() -> list[str]:
    blocks = re.findall(r"^```\n# .*?\n(.*?)^```", RUNBOOK, re.DOTALL | re.MULTILINE)
    assert len(blocks) == RUNBOOK.count("```\n# ")
    return blocks


def fields_of(query: str) -> set[str]:
    """Return the fields that a query asks for, without what it names itself."""
    text = re.sub(r'"[^"]*"', "", query)
    named = set(re.findall(r"\bas (\w+)", text))
    words = set(re.findall(r"(?<![\w@])@?[A-Za-z_]\w*", text))
    return words - named - COMMANDS - WORDS - DISCOVERED


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> set[str]:
    """The members of all the lines that a server writes for a good, a refused and a failed request."""
    server = Flask(__name__)
    add_request_id(server)
    add_access_log(server)

    @server.get("/refused")
    def refused() -> tuple[str, int]:
        g.reason = "no"
        return "", 400

    @server.get("/failed")
    def failed() -> str:
        raise ValueError

    caplog.set_level(logging.INFO)
    found: set[str] = set()

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.update(json.loads(self.format(record)))

    handler = Collect()
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    try:
        for path in ("/refused", "/failed"):
            server.test_client().get(path)
    finally:
        logging.getLogger().removeHandler(handler)
    return found


@pytest.mark.parametrize("query", queries())
def test_a_query_asks_for_fields_that_the_log_has(query: str, logged: set[str]) -> None:
    assert fields_of(query)
    assert fields_of(query) <= logged


def test_loggers_in_queries_exist() -> None:
    for name in re.findall(r'logger = "([\w.]+)"', "".join(queries())):
        assert (ROOT / f"{name.replace('.', '/')}.py").is_file()


def test_every_metric_is_explained_and_no_other(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    metrics = Metrics(DataStore(bucket="data", key="data.csv", poll_seconds=1), namespace="A", service_name="b")
    metrics.count_callback(1.0, 200)
    metrics.flush()
    written = {
        metric["Name"]
        for record in caplog.records
        for metric in record.__dict__["fields"]["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }
    section = RUNBOOK.partition("## Metrics and alarms")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert explained == written | {"DataAgeSeconds"}  # which is not written before there are data


def test_what_the_dashboard_is_quoted_with_it_says() -> None:
    section = RUNBOOK.partition("## Readers sign in\n")[2].partition("\n## ")[0]
    said = "".join(
        path.read_text() for folder in ("dashboard/sign_in", "stacks/parts") for path in (ROOT / folder).glob("*.py")
    )
    quoted = re.findall(r'"([^"]+)"', section.partition("| seen | do |")[2].partition("\n\n")[0])
    assert len(quoted) > 5
    assert [words for words in quoted if words.removesuffix("…").strip() not in said] == []


@pytest.mark.parametrize("name", WITH_SETTINGS_AND_LINKS)
def test_every_setting_that_is_named_exists(name: str) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text()
    settings = settings_of({"DASH_ENV": "local"})  # which alone has every table
    tables = {table: type(section).model_fields for table, section in settings if isinstance(section, BaseModel)}
    named = re.findall(rf"`({'|'.join(tables)})\.(\w+)[` ]", text)
    named += [(table.lower(), key.lower()) for table, key in re.findall(r"DASH__([A-Z_]+?)__([A-Z_]+)=", text)]
    assert len(named) > 10
    assert [f"{table}.{key}" for table, key in named if table not in tables or key not in tables[table]] == []


@pytest.mark.parametrize("name", WITH_SETTINGS_AND_LINKS)
def test_every_link_within_the_docs_leads_somewhere(name: str) -> None:
    here = ROOT / "docs" / f"{name}.md"
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", here.read_text())
    assert links
    for path, anchor in links:
        target = here.parent / path if path else here
        assert target.is_file(), path
        assert not anchor or anchor in _anchors(target), f"{path}#{anchor}"


def _anchors(document: Path) -> set[str]:
    """Return the names by which GitHub links to the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
