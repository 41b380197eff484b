"""What holds for every page: looks, sizes, accessibility, navigation."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Reader, Site

pytestmark = pytest.mark.browser

PAGES = ["/?countries=Canada,Chad,China,India,Norway,Japan,France,Brazil", "/continents", "/nowhere"]
LIGHT, DARK = "rgb(245, 246, 249)", "rgb(15, 19, 27)"


def see_background(page: Page, colour: str) -> None:
    expect(page.locator("body")).to_have_css("background-color", colour)


def see_colours(reader: Reader, background: str, first_line: str) -> None:
    see_background(reader.page, background)
    expect(reader.page.locator("#graph-content .js-line").first).to_have_css("stroke", first_line)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_serious_fault_of_accessibility(reader: Reader, site: Site, scheme: str, path: str) -> None:
    reader.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    reader.open(path)
    if "nowhere" in path:
        reader.faults.clear()
    else:
        reader.traces()
    if "countries" in path:
        reader.page.click("text=Show as table")
        reader.page.wait_for_selector("caption")
    results = Axe().run(reader.page).response
    serious = [
        {"rule": fault["id"], "nodes": [node["html"][:200] for node in fault["nodes"]]}
        for fault in results["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]
    assert serious == [], json.dumps(serious, indent=1)
    assert len(results["passes"]) > 10


def test_the_open_list_of_countries_has_no_serious_fault_of_accessibility(reader: Reader) -> None:
    reader.open()
    reader.page.click("#dropdown-selection")
    reader.page.wait_for_selector(".dash-dropdown-option")
    results = Axe().run(reader.page).response
    serious = [fault["id"] for fault in results["violations"] if fault["impact"] in {"serious", "critical"}]
    # Faults of Dash's own list: https://github.com/plotly/dash/issues
    assert serious == []


@pytest.mark.parametrize("path", [*PAGES, "/?measure=gdpPercap&scale=log"])
def test_a_phone_shows_every_page_without_scrolling_sideways(chromium: Browser, site: Site, path: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    reader = Reader(context, site.url)
    reader.open(path)
    if "nowhere" not in path:
        reader.traces()
    if "countries" in path:
        reader.page.click("text=Show as table")
        reader.page.wait_for_selector("caption")
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_the_system_decides_between_light_and_dark_also_while_the_page_is_open(reader: Reader) -> None:
    reader.page.emulate_media(color_scheme="light")
    reader.open()
    see_colours(reader, LIGHT, "rgb(36, 89, 209)")
    reader.page.emulate_media(color_scheme="dark")
    see_colours(reader, DARK, "rgb(126, 168, 255)")
    expect(reader.page.locator("#theme-toggle")).to_have_attribute("aria-pressed", "true")


def test_the_readers_theme_is_remembered_and_there_before_anything_is_drawn(
    reader: Reader, context: BrowserContext
) -> None:
    reader.page.emulate_media(color_scheme="light")
    reader.open()
    reader.page.get_by_role("button", name="Dark").click()
    expect(reader.page.locator("#theme-toggle")).to_have_attribute("aria-pressed", "true")
    see_colours(reader, DARK, "rgb(126, 168, 255)")

    # Every script at the end of the page is held back: what is drawn now is what flashes.
    held = context.new_page()
    held.emulate_media(color_scheme="light")
    held.route("**/_dash-component-suites/**", lambda route: None)
    held.goto(reader.url, wait_until="commit")
    held.wait_for_function("() => performance.getEntriesByType('paint').length > 0")
    assert held.evaluate("getComputedStyle(document.body).backgroundColor") == DARK
    held.unroute_all(behavior="ignoreErrors")
    held.close()


def test_the_readers_theme_can_be_taken_back(reader: Reader) -> None:
    reader.page.emulate_media(color_scheme="light")
    reader.open()
    toggle = reader.page.locator("#theme-toggle")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    see_background(reader.page, LIGHT)
    reader.page.emulate_media(color_scheme="dark")
    see_background(reader.page, DARK)


def test_the_second_page_keeps_the_measure_and_the_way_back_keeps_the_countries(reader: Reader) -> None:
    reader.open("/?countries=Chad,Norway")
    reader.wait_for_lines("Chad", "Norway")
    reader.page.get_by_role("radio", name="GDP per capita").check()
    reader.wait_for_address("?countries=Chad,Norway&measure=gdpPercap")
    reader.page.get_by_role("link", name="Continents").click()
    expect(reader.page.locator("h1")).to_have_text("GDP per capita by continent")
    expect(reader.page.get_by_role("link", name="Continents")).to_have_attribute("aria-current", "page")
    assert reader.page.evaluate("document.activeElement.id") == "content"
    reader.page.get_by_role("radio", name="Population").check()
    reader.wait_for_address("?measure=pop")
    reader.page.get_by_role("link", name="Countries").click()
    reader.wait_for_lines("Chad", "Norway")
    expect(reader.page.locator("h1")).to_have_text("Population by country")
    reader.page.go_back()
    expect(reader.page.locator("h1")).to_have_text("Population by continent")


def test_every_continent_is_a_panel_on_the_same_axes(reader: Reader) -> None:
    reader.open("/continents")
    expect(reader.page.locator("h2")).to_have_text(["Africa", "Americas", "Asia", "Europe", "Oceania"])
    countries, average = reader.traces(0)
    assert average["y"][-1] == 54.564
    assert len([x for x in countries["x"] if x is not None]) == 52 * 12
    ranges = reader.page.evaluate(
        "Array.from(document.querySelectorAll('.js-plotly-plot'), plot => plot._fullLayout.yaxis.range.join())"
    )
    assert len(ranges) == 5
    assert len(set(ranges)) == 1


def test_back_and_forward_work_on_the_second_page_too(reader: Reader) -> None:
    reader.open("/continents")
    reader.page.get_by_role("radio", name="GDP per capita").check()
    reader.wait_for_address("?measure=gdpPercap")
    reader.page.go_back()
    expect(reader.page.locator("h1")).to_have_text("Life expectancy by continent")


def test_an_unknown_address_shows_the_way_back(reader: Reader) -> None:
    reader.open("/nowhere")
    reader.faults.clear()
    reader.page.get_by_role("link", name="Go to the dashboard").click()
    reader.wait_for_lines("Canada")
