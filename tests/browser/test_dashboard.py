"""What a person sees at the address of the local load balancer."""

import re

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.deployment import LocalDeployment

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("deployment")]

# The first and last population in plotly.express.data.gapminder().
CANADA, NORWAY = (14785584, 33390141), (3327728, 4627926)


def line(page: Page) -> tuple[int, int]:
    """Return the first and last value of the line that the graph shows."""
    y: list[int] = page.evaluate(
        """() => {
            const y = document.querySelector('#graph-content .js-plotly-plot')._fullData[0].y;
            return [Number(y[0]), Number(y[y.length - 1])];
        }"""
    )
    return y[0], y[1]


def drawn(page: Page) -> str:
    """Return the line as it is drawn."""
    return page.locator("#graph-content .scatterlayer .js-line").first.get_attribute("d") or ""


def choose(page: Page, country: str) -> None:
    page.click("#dropdown-selection")
    page.locator(".dash-dropdown-search").fill(country)
    page.locator(".dash-dropdown-option", has_text=re.compile(f"^{country}$")).click()


def test_shows_canada_first(page: Page) -> None:
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#dropdown-selection")).to_contain_text("Canada")
    assert line(page) == CANADA


def test_choosing_a_country_changes_the_line(page: Page) -> None:
    canada = drawn(page)
    choose(page, "Norway")
    page.wait_for_function(
        "first => Number(document.querySelector('#graph-content .js-plotly-plot')._fullData[0].y[0]) === first",
        arg=NORWAY[0],
    )
    assert line(page) == NORWAY
    assert drawn(page) != canada


def test_offers_every_country_of_the_data(page: Page) -> None:
    page.click("#dropdown-selection")
    page.locator(".dash-dropdown-search").fill("Zimb")
    expect(page.locator(".dash-dropdown-option")).to_have_text(["Zimbabwe"])


def test_loads_everything_from_its_own_address_without_errors(page: Page, deployment: LocalDeployment) -> None:
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    requested: list[str] = []
    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requested.append(request.url))
    page.reload()
    page.wait_for_selector("#graph-content .scatterlayer .trace")
    assert not errors
    assert len(requested) > 5
    assert [url for url in requested if not url.startswith((deployment.url, "data:", "blob:"))] == []
