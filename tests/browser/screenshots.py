"""``./dashctl python -m tests.browser.screenshots``: takes the pictures in docs/images anew, with the sample data."""

from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser

from tests.browser.conftest import Reader, launch_chromium, serve_dashboard

FOLDER = Path(__file__).parents[2] / "docs/images"
COUNTRIES = "/?countries=Canada,Chad,China,Japan,Brazil&measure=lifeExp"

Scheme = Literal["light", "dark"]


def take(
    browser: Browser,
    url: str,
    name: str,
    path: str,
    *,
    scheme: Scheme = "light",
    phone: bool = False,
    height: int = 990,
) -> None:
    """Open a page and write what is seen of it."""
    context = browser.new_context(
        viewport={"width": 360, "height": 780} if phone else {"width": 1200, "height": height},
        color_scheme=scheme,
        device_scale_factor=2 if phone else 1,
    )
    reader = Reader(context, url)
    reader.open(path)
    reader.traces()
    reader.page.wait_for_load_state("networkidle")
    reader.page.screenshot(path=FOLDER / f"{name}.png", full_page=phone)
    context.close()
    if reader.faults:
        raise SystemExit(f"{name}: {reader.faults}")


def main() -> None:
    """Take every picture."""
    with contextmanager(launch_chromium)() as browser, contextmanager(serve_dashboard)(poll_seconds=60) as site:
        site.reset()
        take(browser, site.url, "dashboard", COUNTRIES)
        take(browser, site.url, "dashboard-dark", COUNTRIES, scheme="dark")
        take(browser, site.url, "dashboard-phone", "/", phone=True)
        take(browser, site.url, "continents", "/continents", height=860)


if __name__ == "__main__":
    main()
