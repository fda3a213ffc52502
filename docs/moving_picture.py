"""Makes docs/screenshots/ask.gif anew: `python docs/moving_picture.py` (needs Chromium at /usr/bin/chromium).

A question, a click on a number, a follow-up, over the shipped catalogue, answering offline.
"""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser.server import PageServer  # noqa: E402 - only found after the line above
from browser.steps import ask, open_page  # noqa: E402

FILE = Path(__file__).parent / "screenshots" / "ask.gif"
SIZE = {"width": 1100, "height": 680}
COLOURS = 96
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


class Film:
    """Pictures of the page, each with the milliseconds that it is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pictures: list[Image.Image] = []
        self.times: list[int] = []

    def take(self, milliseconds: int) -> None:
        self.pictures.append(Image.open(BytesIO(self.page.screenshot())).convert("RGB"))
        self.times.append(milliseconds)

    def typed(self, question: str) -> None:
        """The question as it is typed, then sent, and its answer."""
        box = self.page.locator("#question textarea")
        for end in range(4, len(question) + 4, 4):
            box.fill(question[:end])
            self.take(120)
        ask(self.page, question)
        self.page.wait_for_timeout(500)
        self.take(2200)

    def write(self, file: Path) -> None:
        palette = self.pictures[-1].quantize(COLOURS, dither=Image.Dither.NONE)
        frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in self.pictures]
        frames[0].save(file, save_all=True, append_images=frames[1:], duration=self.times, loop=0, optimize=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as made, PageServer(Path(made) / "index") as server, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
        page = browser.new_page(viewport=SIZE)
        open_page(page, server.address)
        film = Film(page)
        film.take(1200)
        film.typed("How does EliteKV shrink the KV cache?")
        page.locator("#turn-1 a.number").first.click()
        page.wait_for_timeout(800)
        film.take(2600)
        film.typed("How much of the training data does it need?")
        page.locator("#turn-2 a.number").first.click()
        page.wait_for_timeout(800)
        film.take(3000)
        film.write(FILE)
        browser.close()
    print(f"{FILE}: {FILE.stat().st_size / 1e6:.2f} MB, {len(film.pictures)} pictures")


if __name__ == "__main__":
    main()
