"""How long the map takes for a frame while it is moved and zoomed: `python bench/map_frames.py 1000 100000`.

The page runs in Chromium without a graphics card, over the shipped catalogue; its points are replaced by as many as are
asked for. One step of the wheel or of the pointer comes with each frame. Prints a line a size: the median and the 95th
percentile of the time from frame to frame, which other programs on the machine lengthen, and the processor time of the
page's own thread for a frame, which they do not.
"""

import argparse
import os
import struct
import sys
import tempfile
from pathlib import Path

from page import served
from playwright.sync_api import Page, Route, sync_playwright

SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
MOVE = """
([kind, frames]) => new Promise((done) => {
  const canvas = document.querySelector("#map canvas");
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const at = (x, y) => ({ clientX: left + x, clientY: top + y, bubbles: true, cancelable: true, pointerId: 1,
    pointerType: "mouse", isPrimary: true, button: 0, buttons: 1 });
  const between = [];
  let last = 0, frame = 0;
  canvas.setPointerCapture = () => {};
  if (kind === "pan") canvas.dispatchEvent(new PointerEvent("pointerdown", at(width / 2, height / 2)));
  function step(now) {
    if (last) between.push(now - last);
    last = now;
    if (frame++ === frames) {
      if (kind === "pan") canvas.dispatchEvent(new PointerEvent("pointerup", at(width / 2, height / 2)));
      done(between);
      return;
    }
    requestAnimationFrame(step);
    if (kind === "pan") {
      const turn = (frame / frames) * 2 * Math.PI;
      canvas.dispatchEvent(
        new PointerEvent("pointermove", at(width / 2 + 120 * Math.sin(turn), height / 2 + 80 * Math.cos(turn))));
    } else {
      const deltaY = Math.sin((frame / frames) * 2 * Math.PI) > 0 ? -12 : 12;
      canvas.dispatchEvent(new WheelEvent("wheel", { ...at(width / 2, height / 2), deltaY }));
    }
  }
  requestAnimationFrame(step);
})
"""


def frames(page: Page, kind: str, count: int) -> tuple[float, float, float]:
    """Milliseconds: median and 95th percentile from frame to frame, processor time a frame."""
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
    tools.send("Performance.enable")

    def worked() -> float:
        metrics = tools.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    before = worked()
    between = sorted(page.evaluate(MOVE, [kind, count]))
    cpu = 1000 * (worked() - before) / count
    tools.detach()
    return between[len(between) // 2], between[int(0.95 * len(between))], cpu


def measure(page: Page, address: str, papers: int, count: int) -> str:
    points = b"".join(
        struct.pack("<HHBB", at * 7919 % 65536, at * 104_729 % 65536, at % 9, 1 << (at % 8)) for at in range(papers)
    )

    def many(route: Route) -> None:
        route.fulfill(body=points, content_type="application/octet-stream")

    page.route("**/map/points*", many)
    page.goto(f"{address}?tab=map")
    page.locator(f"#map canvas[data-drawn='{papers}']").wait_for(timeout=120_000)
    cells = []
    for kind in ("pan", "zoom"):
        cells += [f"{took:.0f}" for took in frames(page, kind, count)]
    page.unroute_all()
    return f"| {papers:,} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("papers", type=int, nargs="+")
    parser.add_argument("--index-dir", type=Path, help="an index to use; else the shipped catalogue is indexed anew")
    parser.add_argument("--frames", type=int, default=120)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as made,
        served(options.index_dir or Path(made) / "index") as (address, _),
        sync_playwright() as tool,
    ):
        browser = tool.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
        print("| papers | moved: p50 ms | p95 ms | CPU ms | zoomed: p50 ms | p95 ms | CPU ms |\n" + "| --- " * 7 + "|")
        for papers in options.papers:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(180_000)
            print(measure(page, address, papers, options.frames), flush=True)
            page.close()
        browser.close()
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores", file=sys.stderr)


if __name__ == "__main__":
    main()
