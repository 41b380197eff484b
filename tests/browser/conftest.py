"""Chromium, as a person would use it."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.deployment import LocalDeployment

# As root, in a container, Chromium has no sandbox of its own; the rest keeps it from calling out.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, deployment: LocalDeployment) -> Iterator[Page]:
    """The dashboard, opened at the address of the local load balancer and drawn."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(deployment.url)
    page.wait_for_selector("#graph-content .scatterlayer .trace")
    yield page
    context.close()
