"""Makes docs/screenshots anew: `python docs/screenshots.py [LOOK…]` (needs Chromium at /usr/bin/chromium).

Each state of each tab at 1280, 768 and 390 pixels, in light and in dark, over the shipped catalogue, answering offline.
A LOOK is one of the keys of LOOKS; without any, all are taken. PAPERCHAT_SCREENSHOTS_INDEX names an index to use
instead of making one.
"""

import os
import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser.server import PageServer  # noqa: E402 - only found after the line above
from browser.steps import PATIENCE, ask, go_to, open_page, open_talks, search_library, wait_until_ready  # noqa: E402

FOLDER = Path(__file__).parent / "screenshots"
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "tablet": {"viewport": {"width": 768, "height": 1024}, "color_scheme": "light"},
    "tablet-dark": {"viewport": {"width": 768, "height": 1024}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "phone-dark": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "color_scheme": "dark",
    },
}
MOST_BYTES = 60_000
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    expect.set_options(timeout=4 * PATIENCE)
    with tempfile.TemporaryDirectory() as made:
        index = Path(made) / "index"
        if given := os.environ.pop("PAPERCHAT_SCREENSHOTS_INDEX", ""):
            shutil.copytree(given, index)
        with PageServer(index) as server, sync_playwright() as tool:
            browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
            for look in sys.argv[1:] or LOOKS:
                take(browser, server.address, look)
            browser.close()


def take(browser: Browser, address: str, look: str) -> None:
    """Each state as a reader meets it, one after the other."""
    page = browser.new_page(**LOOKS[look])
    page.set_default_timeout(4 * PATIENCE)
    is_narrow = LOOKS[look]["viewport"]["width"] <= 900
    open_page(page, address)
    keep(page, "welcome", look)
    ask(page, "Which papers shrink the KV cache?").locator("a.number").first.click()
    keep(page, "ask", look)
    if is_narrow:
        page.get_by_role("button", name="Close").click()
        keep(page, "answer", look)
    page.locator("#options > button").click()
    page.get_by_label("From year").wait_for()
    keep(page, "options", look)
    page.locator("#options > button").click()
    go_to(page, "Library")
    search_library(page, "gaze")
    page.locator("#papers .row-title").first.click()
    page.locator("#paper h2").wait_for()
    keep(page, "library", look)
    if is_narrow:
        # Similar papers that come after it was closed would bring it back.
        page.get_by_text("Looking for them…").wait_for(state="hidden")
        page.locator("#paper").get_by_role("button", name="All papers").click()
    page.locator("[data-select]").first.check()
    page.get_by_role("group", name="What is selected").wait_for()
    keep(page, "selected", look)
    search_library(page, "zzzzzz")
    page.get_by_role("button", name="Add papers").first.click()
    keep(page, "nothing-found", look)
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
    page.get_by_role("button", name="New chat").click()
    page.locator(".welcome").wait_for()
    turn = ask(page, "What AUC does ICHPro reach?")
    turn.get_by_role("button", name="Retry").click()
    turn.get_by_role("button", name="Side by side").click()
    keep(page, "versions", look)
    page.get_by_role("button", name="New chat").click()
    page.locator(".welcome").wait_for()
    ask(page, "How many took part?")
    keep(page, "asked-back", look)
    page.goto(f"{address}?conversation=none-of-yours")
    wait_until_ready(page)
    page.get_by_text("This conversation isn’t here").wait_for()
    keep(page, "lost", look)
    open_talks(page).first.wait_for()
    keep(page, "conversations", look)
    page.close()


def keep(page: Page, name: str, look: str) -> None:
    page.wait_for_timeout(600)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    # 128 colours are all the page has; the file is then a third as large. Fewer, where it would still be a large one.
    for colours in (128, 64, 32):
        packed = BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() <= MOST_BYTES:
            break
    (FOLDER / f"{name}-{look}.png").write_bytes(packed.getvalue())


if __name__ == "__main__":
    main()
