"""What a person sees at the address of the local load balancer: the whole deployment, and so only what needs it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Reader
from tests.deployment import LocalDeployment

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("deployment")]

# The first and last population in plotly.express.data.gapminder().
CANADA, NORWAY = (14785584, 33390141), (3327728, 4627926)


@pytest.fixture
def deployed(chromium: Browser, deployment: LocalDeployment) -> Iterator[Reader]:
    """A reader of the deployed dashboard, whose browser must have nothing to complain of."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    reader = Reader(context, deployment.url.rstrip("/"))
    reader.open()
    yield reader
    context.close()
    assert reader.faults == []


def test_shows_canada_first(deployed: Reader) -> None:
    (canada,) = deployed.traces()
    assert (canada["name"], canada["y"][0], canada["y"][-1]) == ("Canada", *CANADA)


def test_choosing_a_country_draws_its_line(deployed: Reader) -> None:
    deployed.choose("Norway")
    deployed.wait_for_lines("Canada", "Norway")
    norway = deployed.traces()[1]
    assert (norway["y"][0], norway["y"][-1]) == NORWAY
    expect(deployed.page.locator("#graph-content .scatterlayer .js-line")).to_have_count(2)
