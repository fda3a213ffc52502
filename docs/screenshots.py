"""Makes docs/screenshots anew: `python docs/screenshots.py` (needs Chromium at /usr/bin/chromium).

Each tab in light, in dark, and 768 and 390 pixels wide, over the shipped catalogue, answering offline.
"""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser.server import PageServer  # noqa: E402 - only found after the line above
from browser.steps import ask, go_to, open_page, open_talks  # noqa: E402

FOLDER = Path(__file__).parent / "screenshots"
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "tablet": {"viewport": {"width": 768, "height": 1024}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made, PageServer(Path(made) / "index") as server, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
        for look in LOOKS:
            take(browser, server.address, look)
        browser.close()


def take(browser: Browser, address: str, look: str) -> None:
    """One picture of each tab, as a reader sees it after two questions."""
    page = browser.new_page(**LOOKS[look])
    open_page(page, address)
    keep(page, "welcome", look)
    ask(page, "Which papers shrink the KV cache?").locator("a.number").first.click()
    keep(page, "ask", look)
    if look in ("phone", "tablet"):
        page.get_by_role("button", name="Close").click()
        keep(page, "answer", look)
    go_to(page, "Library")
    page.get_by_label("Search the papers").fill("gaze")
    page.locator("#papers .row-title").first.click()
    page.locator("#paper h2").wait_for()
    keep(page, "library", look)
    if look in ("phone", "tablet"):
        page.locator("#paper").get_by_role("button", name="All papers").click()
    page.locator("[data-select]").first.check()
    page.get_by_role("group", name="What is selected").wait_for()
    keep(page, "selected", look)
    go_to(page, "Table")
    page.get_by_label("Rows").select_option("search")
    page.get_by_label("Search", exact=True).fill("KV cache")
    page.get_by_label("At most").fill("6")
    for question in ("What do the authors propose?", "By how much does it improve?", "Where is the code?"):
        page.get_by_role("button", name=question).click()
    keep(page, "new-table", look)
    page.get_by_role("button", name="Make the table").click()
    page.get_by_text("all 18 cells filled").wait_for(timeout=120_000)
    page.locator("button.cell").first.click()
    page.locator(".cell-page").wait_for()
    keep(page, "table", look)
    page.get_by_role("button", name="Close the passage").click()
    go_to(page, "Map")
    page.locator("#map canvas[data-drawn]").wait_for()
    keep(page, "map", look)
    go_to(page, "Settings")
    page.get_by_role("button", name="Save").wait_for()
    keep(page, "settings", look)
    go_to(page, "Ask")
    ask(page, "How tall is the Eiffel tower?")
    keep(page, "refusal", look)
    open_talks(page).first.wait_for()
    keep(page, "conversations", look)
    page.close()


def keep(page: Page, name: str, look: str) -> None:
    page.wait_for_timeout(600)
    picture = Image.open(BytesIO(page.screenshot()))
    # 128 colours are all the page has; the file is then a third as large.
    picture.quantize(128, dither=Image.Dither.NONE).save(FOLDER / f"{name}-{look}.png", optimize=True)


if __name__ == "__main__":
    main()
