"""A served page and a real browser. Tests that use them are skipped where there is no Chromium."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser.server import PageServer
from browser.steps import PATIENCE, open_page
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One a module: while it runs, no test can start a Playwright of its own."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"needs {CHROMIUM} (apt-get install chromium)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield running
        running.close()


@pytest.fixture(scope="session")
def page_index(catalogue_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the catalogue's index that tests may change: each uses papers of its own."""
    return Path(shutil.copytree(catalogue_index, tmp_path_factory.mktemp("page") / "index"))


@pytest.fixture(scope="session")
def server(page_index: Path) -> Iterator[PageServer]:
    """The page over the catalogue, answering offline."""
    with PageServer(page_index, UI__REQUESTS_PER_MINUTE="10000") as running:
        yield running


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """`new_context(**options)`: a browser of its own. When the test ends, it must not have asked any other host."""
    contexts: list[BrowserContext] = []
    elsewhere: list[str] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: elsewhere.append(request.url) if is_elsewhere(request.url) else None)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert elsewhere == [], "the page must work offline"


def is_elsewhere(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], server: PageServer) -> Page:
    """A new browser at the page, ready for a question. An error in the page's scripts fails the test."""
    opened = new_context().new_page()
    open_page(opened, server.address)
    return opened
