"""The page of countries, as a reader uses it."""

import csv
import re
from pathlib import Path

import pytest
from botocore.exceptions import ConnectTimeoutError
from playwright.sync_api import BrowserContext, expect

from dashboard.sample import sample_csv
from tests.browser.conftest import Reader, Site

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=document.title='broken'>"
FORMULA = "=HYPERLINK(0)"
LINK = "<a href='https://example.com'>Free</a>"


def hostile_csv() -> bytes:
    rows = ["country,continent,year,lifeExp,pop,gdpPercap"]
    rows += [
        f'"{name}",{HOSTILE},{year},50,{1000 * (year - 1900)},900'
        for name in (HOSTILE, FORMULA, LINK, "A,B %2C")
        for year in (1952, 2007)
    ]
    return "\n".join(rows).encode()


def download(reader: Reader) -> tuple[str, list[list[str]]]:
    """Download the CSV. Returns its name and its rows."""
    with reader.page.expect_download() as started:
        reader.page.click("text=Download CSV")
    content = Path(started.value.path()).read_text("utf-8-sig")
    return started.value.suggested_filename, list(csv.reader(content.splitlines()))


def test_canada_is_shown_first(reader: Reader) -> None:
    reader.open()
    (canada,) = reader.traces()
    assert (canada["name"], canada["y"][0], canada["y"][-1]) == ("Canada", 14785584, 33390141)
    expect(reader.page.locator("h1")).to_have_text("Population by country")
    expect(reader.page.locator("#graph-summary")).to_contain_text("33,390,141")
    expect(reader.page).to_have_title("Population by country")


def test_opening_the_page_draws_once(reader: Reader) -> None:
    reader.open()
    reader.traces()
    reader.page.wait_for_timeout(200)
    assert [call["output"] for call in reader.callbacks if "graph-content" in call["output"]] == []


def test_several_countries_are_told_apart_by_colour_and_marker(reader: Reader) -> None:
    reader.open()
    reader.choose("Norway", "Chad")
    reader.wait_for_lines("Canada", "Norway", "Chad")
    looks = reader.page.evaluate(
        """() => document.querySelector('.js-plotly-plot')._fullData.map(
            trace => [trace.line.color, trace.marker.symbol])"""
    )
    assert len({colour for colour, _ in looks}) == len({symbol for _, symbol in looks}) == 3
    expect(reader.page.locator(".key-figures li")).to_have_count(3)
    expect(reader.page.locator(".key-figures li").nth(1)).to_contain_text("Norway4,627,926")


def test_one_choice_is_one_request_for_the_figure(reader: Reader) -> None:
    reader.open()
    reader.wait_for_lines("Canada")
    reader.callbacks.clear()
    reader.choose("Norway")
    reader.wait_for_lines("Canada", "Norway")
    outputs = [call["output"] for call in reader.callbacks if "data-notice" not in call["output"]]
    assert outputs == ["..graph-content.figure...graph-summary.children.."]


def test_measure_and_scale_change_figure_title_and_text(reader: Reader) -> None:
    reader.open()
    reader.page.get_by_role("radio", name="Life expectancy").check()
    reader.page.get_by_role("radio", name="Logarithmic").check()
    expect(reader.page.locator("h1")).to_have_text("Life expectancy by country")
    expect(reader.page.locator("#graph-summary")).to_contain_text("80.7years in 2007, 11.9 more than in 1952")
    reader.page.wait_for_function("() => document.querySelector('.js-plotly-plot')._fullLayout.yaxis.type === 'log'")
    assert reader.traces()[0]["y"][0] == 68.75
    reader.wait_for_address("?measure=lifeExp&scale=log")


def test_the_range_of_years_is_cut_with_the_keyboard(reader: Reader) -> None:
    reader.open()
    reader.page.locator("#years [role=slider]").first.focus()
    for _ in range(20):
        reader.page.keyboard.press("ArrowRight")
    reader.wait_for_address("?years=1972-2007")
    reader.page.wait_for_function("() => document.querySelector('.js-plotly-plot')._fullData[0].x[0] === 1972")
    expect(reader.page.locator("#graph-summary")).to_contain_text("50 % more than in 1972")


def test_the_table_shows_what_the_figure_shows(reader: Reader) -> None:
    reader.open("/?countries=Canada,Norway&years=1997-2007")
    toggle = reader.page.get_by_role("button", name="Show as table")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.click()
    table = reader.page.get_by_role("table", name="Population by country, in people")
    expect(table.locator("thead th")).to_have_text(["Year", "Canada", "Norway"])
    expect(table.locator("tbody tr").last).to_have_text("200733,390,1414,627,926")
    reader.page.get_by_role("radio", name="Life expectancy").check()
    expect(reader.page.locator("#table tbody tr").last).to_have_text("200780.780.2")
    reader.page.get_by_role("button", name="Hide table").click()
    expect(reader.page.locator("#table")).to_be_hidden()


def test_the_csv_holds_what_is_shown(reader: Reader) -> None:
    reader.open("/?countries=Norway,Chad&measure=gdpPercap&years=2002-2007")
    reader.traces()
    name, rows = download(reader)
    assert name == "gdp-per-capita-norway-chad-2002-2007.csv"
    assert rows == [
        ["Country", "Year", "GDP per capita (international dollars per person)"],
        ["Norway", "2002", "44683.97525"],
        ["Norway", "2007", "49357.19017"],
        ["Chad", "2002", "1156.18186"],
        ["Chad", "2007", "1704.063724"],
    ]


def test_an_address_opens_the_view_that_it_names(reader: Reader) -> None:
    address = "?countries=Chad,Norway&measure=lifeExp&scale=log&years=1960-2000"
    reader.open("/" + address)
    reader.wait_for_lines("Chad", "Norway")
    assert reader.traces()[0]["x"] == [1962, 1967, 1972, 1977, 1982, 1987, 1992, 1997]
    expect(reader.page.get_by_role("radio", name="Life expectancy")).to_be_checked()
    expect(reader.page.get_by_role("radio", name="Logarithmic")).to_be_checked()
    reader.wait_for_address(address)


def test_back_and_forward_go_through_the_choices(reader: Reader) -> None:
    reader.open()
    reader.choose("Norway")
    reader.wait_for_lines("Canada", "Norway")
    reader.wait_for_address("?countries=Canada,Norway")
    reader.page.get_by_role("radio", name="GDP per capita").check()
    reader.wait_for_address("?countries=Canada,Norway&measure=gdpPercap")
    reader.page.go_back()
    expect(reader.page.get_by_role("radio", name="Population")).to_be_checked()
    reader.page.go_back()
    reader.wait_for_lines("Canada")
    reader.wait_for_address("")
    reader.page.go_forward()
    reader.wait_for_lines("Canada", "Norway")
    reader.wait_for_address("?countries=Canada,Norway")
    # Going back must not have made new entries: two more forwards end at the last choice.
    reader.page.go_forward()
    expect(reader.page.get_by_role("radio", name="GDP per capita")).to_be_checked()


def test_going_back_keeps_the_readers_place(reader: Reader) -> None:
    reader.open()
    reader.page.get_by_role("radio", name="GDP per capita").check()
    reader.wait_for_address("?measure=gdpPercap")
    reader.page.get_by_role("radio", name="Life expectancy").check()
    reader.wait_for_address("?measure=lifeExp")
    reader.page.click("text=Show as table")
    reader.callbacks.clear()
    reader.page.go_back()
    expect(reader.page.locator("caption")).to_contain_text("GDP per capita by country")
    reader.page.go_back()
    expect(reader.page.locator("caption")).to_have_text("Population by country, in people")
    assert [call["output"] for call in reader.callbacks if "_pages_content" in call["output"]] == []


@pytest.mark.parametrize(
    "query",
    [
        "countries=Atlantis&measure=none&scale=x&years=abc",
        "countries=<img src=x onerror=alert(1)>&measure=<b>&years=9999-0000000",
        "countries=Canada&countries=Chad&measure=pop&measure=lifeExp",
        "years=1-2-3&__proto__=1&constructor=2",
    ],
)
def test_an_address_that_makes_no_sense_falls_back_to_the_defaults(reader: Reader, query: str) -> None:
    reader.open(f"/?{query}")
    reader.wait_for_lines("Canada")
    reader.wait_for_address("")
    assert reader.traces()[0]["x"][0] == 1952


def test_no_country_is_an_empty_figure_that_says_what_to_do(reader: Reader) -> None:
    reader.open()
    reader.page.get_by_label("Clear the choice of countries").click()
    expect(reader.page.locator("#graph-content .annotation-text").first).to_have_text("Choose a country above")
    expect(reader.page.locator("#graph-summary")).to_have_text("No country is chosen.")
    reader.wait_for_address("?countries=")
    reader.page.reload()
    expect(reader.page.locator("#graph-summary")).to_have_text("No country is chosen.")


def test_more_countries_than_can_be_told_apart_are_limited_with_a_word(reader: Reader) -> None:
    reader.open()
    reader.page.click("#dropdown-selection")
    reader.page.fill(".dash-dropdown-search", "ia")
    reader.page.click("text=Select all")
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator(".note")).to_contain_text("The first 8 of")
    reader.wait_for_line_count(8)


def test_the_link_is_copied(reader: Reader, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.open("/?countries=Chad")
    reader.page.click("text=Copy link")
    expect(reader.page.locator("#copy-link-status")).to_have_text("Link copied.")
    assert reader.page.evaluate("navigator.clipboard.readText()") == f"{reader.url}/?countries=Chad"


def test_the_link_is_copied_over_plain_http_too(reader: Reader, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.page.add_init_script(
        """const real = navigator.clipboard;
        window.readClipboard = () => real.readText();
        Object.defineProperty(navigator, 'clipboard', {value: undefined});"""
    )
    reader.open("/?countries=Chad")
    reader.page.click("text=Copy link")
    expect(reader.page.locator("#copy-link-status")).to_have_text("Link copied.")
    assert reader.page.evaluate("window.readClipboard()") == f"{reader.url}/?countries=Chad"


def test_everything_is_done_with_the_keyboard(reader: Reader) -> None:
    reader.open()
    press = reader.page.keyboard.press
    focused = "() => document.activeElement.id || document.activeElement.textContent"

    def tab_to(what: str) -> None:
        for _ in range(30):
            press("Tab")
            if reader.page.evaluate(focused) == what:
                return
        pytest.fail(f"Tab never reaches {what}")

    press("Tab")
    assert reader.page.evaluate(focused) == "Skip to the content"
    tab_to("dropdown-selection")
    press("Enter")
    expect(reader.page.locator(".dash-dropdown-search")).to_be_focused()
    reader.page.keyboard.type("Norway")
    expect(reader.page.locator(".dash-dropdown-option")).to_have_count(1)
    press("Enter")
    press("Escape")
    reader.wait_for_lines("Canada", "Norway")
    press("Tab")
    press("ArrowRight")
    expect(reader.page.get_by_role("radio", name="Life expectancy")).to_be_checked()
    tab_to("table-toggle")
    press("Enter")
    expect(reader.page.locator("caption")).to_be_visible()


def test_new_data_are_shown_while_the_page_is_open_and_the_choices_stay(reader: Reader, site: Site) -> None:
    reader.open("/?countries=Norway,Chad&measure=pop&years=1952-2002")
    reader.wait_for_lines("Norway", "Chad")
    site.serve(
        b"country,continent,year,lifeExp,pop,gdpPercap\n"
        b"Norway,Europe,1952,70,11,1\nNorway,Europe,2002,80,22,1\nNorway,Europe,2012,80,33,1\n"
    )
    reader.wait_for_lines("Norway")
    assert reader.traces()[0]["y"] == [11, 22]
    expect(reader.page.locator("#data-source")).to_contain_text("3 rows, 1 countries, 1952 to 2012")
    expect(reader.page.locator("#dropdown-selection")).to_contain_text("Norway")


def test_all_years_stay_all_years_when_data_arrive(reader: Reader, site: Site) -> None:
    reader.open()
    reader.wait_for_lines("Canada")
    site.serve(sample_csv() + b"Canada,Americas,2012,82,35000000,40000\n")
    reader.page.wait_for_function("() => document.querySelector('.js-plotly-plot')._fullData[0].x.at(-1) === 2012")
    reader.wait_for_address("")


def test_an_open_page_tells_when_s3_is_lost_and_when_it_is_back(reader: Reader, site: Site) -> None:
    reader.open("/?countries=Chad")
    reader.wait_for_lines("Chad")
    site.s3.error = ConnectTimeoutError(endpoint_url="http://s3")
    site.store.refresh()
    notice = reader.page.locator("#data-notice")
    expect(notice).to_contain_text("S3 does not answer")
    expect(notice).to_contain_text("shows the data of 23 Nov 2026, 20:41 UTC")
    reader.choose("Norway")
    reader.wait_for_lines("Chad", "Norway")
    site.s3.error = None
    site.store.refresh()
    expect(notice).to_be_hidden()


def test_invalid_data_are_refused_and_the_page_says_so(reader: Reader, site: Site) -> None:
    reader.open()
    site.serve(b"country,continent,year,lifeExp,pop,gdpPercap\nNorway,Europe,x,70,11,1\n")
    expect(reader.page.locator("#data-notice")).to_contain_text("is not a valid data set")
    assert reader.traces()[0]["y"][-1] == 33390141


def test_a_page_without_data_says_what_to_do_and_fills_by_itself(reader: Reader, site: Site) -> None:
    content, site.s3.content = site.s3.content, None
    site.store.state = type(site.store.state)()
    site.store.refresh()
    reader.open("/?countries=Norway&measure=lifeExp&years=1960-2012")
    expect(reader.page.locator("#data-notice")).to_contain_text("./dashctl data push")
    expect(reader.page.locator("#graph-content .annotation-text").first).to_have_text("No data yet")
    assert content is not None
    site.serve(content + b"Norway,Europe,2012,81,5000000,50000\n")
    reader.wait_for_lines("Norway")
    assert reader.traces()[0]["x"][::10] == [1962, 2012]
    expect(reader.page.get_by_role("radio", name="Life expectancy")).to_be_checked()
    expect(reader.page.locator("#data-notice")).to_be_hidden()


def test_names_that_are_html_or_formulas_are_only_text(reader: Reader, site: Site) -> None:
    site.serve(hostile_csv())
    reader.open()
    reader.choose(FORMULA, "A,B %2C", HOSTILE)
    reader.wait_for_line_count(4)
    expect(reader.page.locator(".key-figures li")).to_have_count(4)
    reader.page.click("text=Show as table")
    expect(reader.page.locator("#table thead th").filter(has_text=HOSTILE)).to_have_count(1)
    box = reader.page.locator("#graph-content .nsewdrag").bounding_box()
    assert box is not None
    reader.page.mouse.move(box["x"] + 100, box["y"] + 100)
    reader.page.mouse.move(box["x"] + 110, box["y"] + 100)
    hover = reader.page.locator("#graph-content .hoverlayer")
    expect(hover).to_contain_text(HOSTILE)
    expect(hover).to_contain_text(LINK)
    assert reader.page.locator("img").count() == 0
    assert reader.page.locator("svg a").count() == 0
    name, rows = download(reader)
    assert re.fullmatch(r"[a-z0-9-]+\.csv", name)
    assert {row[0] for row in rows[1:]} == {HOSTILE, "'" + FORMULA, LINK, "A,B %2C"}
    reader.page.reload()
    expect(reader.page.locator(".key-figures li")).to_have_count(4)
    expect(reader.page).to_have_title("Population by country")


def test_a_hundred_thousand_countries_are_searched_on_the_server(reader: Reader, site: Site) -> None:
    rows = [f"Land {number:05},Somewhere,{year},50,1000,900" for number in range(20_000) for year in (1952, 2007)]
    site.serve("\n".join(["country,continent,year,lifeExp,pop,gdpPercap", *rows]).encode())
    reader.open()
    reader.wait_for_lines("Land 00000")
    reader.choose("Land 19999")
    reader.wait_for_lines("Land 00000", "Land 19999")
    expect(reader.page.locator("#dropdown-selection")).to_contain_text("Land 19999")
    page_call = next(call for call in reader.callbacks if "_pages_content" in call["output"])
    assert page_call is not None
    # A request for each search, and what is chosen stays chosen after it.
    reader.choose("Land 00777")
    reader.wait_for_lines("Land 00000", "Land 19999", "Land 00777")
