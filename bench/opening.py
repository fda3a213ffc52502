"""How soon a page has something to read, and how soon it takes a question, beside another build of it.

`python bench/opening.py --beside DIR --python DIR/.venv/bin/python --index-dir ITS_INDEX`: DIR is a checkout of the
other build, with an environment and an index of its own. Both pages are opened in turn, each time in a browser that has
nothing of them yet, so that what else the machine does falls on both; what counts is the ratio. Prints JSON.
"""

import argparse
import json
import os
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from page import served
from playwright.sync_api import Browser, sync_playwright

SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

WATCH = """
const watch = setInterval(() => {
  const box = document.querySelector("#question textarea");
  if (!box) return;
  const { left, top, width, height } = box.getBoundingClientRect();
  // Nothing lies over it any more, and it can be typed into.
  if (!width || box.disabled || document.elementFromPoint(left + width / 2, top + height / 2) !== box) return;
  window.takesQuestions = performance.now();
  clearInterval(watch);
}, 5);
"""


def open_once(browser: Browser, address: str) -> dict[str, float]:
    """Milliseconds from asking for the page until it has something to read, and until it takes a question."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_function("window.takesQuestions", timeout=60_000)
    paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    moments = {"first_content_ms": page.evaluate(paint), "ready_ms": page.evaluate("window.takesQuestions")}
    context.close()
    return moments


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--beside", type=Path, help="a checkout of another build")
    parser.add_argument("--python", type=Path, help="the Python of its environment")
    parser.add_argument("--index-dir", type=Path, help="its index; without one it makes one over the shipped catalogue")
    parser.add_argument("--own-index", type=Path, help="this build's index; without one it makes one, too")
    parser.add_argument("--times", type=int, default=12)
    options = parser.parse_args()
    with ExitStack() as stack:
        made = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        addresses = {"this": stack.enter_context(served(options.own_index or made / "this"))[0]}
        if options.beside:
            index = options.index_dir or made / "beside"
            # As it is started from its checkout; a path may lead to an environment, whose links must stay.
            python = os.path.abspath(options.python)
            addresses["beside"] = stack.enter_context(served(index, options.beside.resolve(), python))[0]
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path="/usr/bin/chromium", args=SWITCHES
        )
        seen = {name: [] for name in addresses}
        for time in range(options.times + 1):
            for name, address in addresses.items():
                moments = open_once(browser, address)
                if time:  # the first time warms the servers
                    seen[name].append(moments)
        browser.close()
    result = {
        name: {moment: round(statistics.median(each[moment] for each in opened)) for moment in opened[0]}
        for name, opened in seen.items()
    }
    if options.beside:
        result["ratio"] = {
            moment: round(result["this"][moment] / result["beside"][moment], 2) for moment in result["this"]
        }
    result |= {"times": options.times, "load_average": round(os.getloadavg()[0], 1), "cores": os.cpu_count()}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
