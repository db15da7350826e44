"""How smoothly a sheet moves on the page: frames a second while an A0 sheet is zoomed and moved.

    python -m bench.page [--json FILE]

A real service and a real Chromium without a graphics card, in which the processor paints everything. The wheel turns
60 times a second, in and out, then the sheet is dragged; frames are counted as the browser gives them out. An A4 sheet
goes the same way for comparison, and the time until lettering is crisp after a jump is told.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.drawn_sheets import Order, draw
from bench.report import Aim, Table, conclude, machine, parser
from bench.servers import free_port, served

SHEETS = (Order("a4-text", "A4", "text", 7, height_mm=2.5), Order("a0-text", "A0", "text", 10, height_mm=5.0))
#: As root, as in a container, Chromium has no sandbox; what it shows here is ours.
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
LEAST_FRAMES = 30.0
TURNS, STEP_MS = 120, 16
WINDOW = {"width": 1440, "height": 900}
#: Frames while the wheel turns or a finger moves: the times between them, in ms.
_MOVE = """async ([kind, turns, step]) => {
  const view = document.getElementById("view");
  const box = view.getBoundingClientRect();
  const [x, y] = [box.x + box.width * 0.4, box.y + box.height * 0.4];
  const frames = [];
  let goes = true;
  const tick = (now) => { frames.push(now); if (goes) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  const pointer = (type, n) => view.dispatchEvent(new PointerEvent(type,
    { pointerId: 1, button: 0, clientX: x + 3 * n, clientY: y + 2 * n, bubbles: true }));
  view.setPointerCapture = () => {};
  if (kind === "pan") pointer("pointerdown", 0);
  for (let n = 0; n < turns; n += 1) {
    if (kind === "zoom") view.dispatchEvent(new WheelEvent("wheel",
      { deltaY: n < turns / 2 ? -40 : 40, clientX: x, clientY: y, bubbles: true, cancelable: true }));
    else pointer("pointermove", n);
    await new Promise((done) => setTimeout(done, step));
  }
  if (kind === "pan") pointer("pointerup", turns);
  goes = false;
  return frames.slice(1).map((now, n) => now - frames[n]);
}"""


@dataclass(frozen=True, slots=True)
class Smoothness:
    """`frames_a_second` on average, and while the slowest twentieth of the frames were painted."""

    sheet: str
    kind: str
    frames_a_second: float
    slowest: float
    crisp_s: float

    @classmethod
    def of(cls, sheet: str, kind: str, gaps_ms: Sequence[float], crisp_s: float) -> Smoothness:
        slow = statistics.quantiles(gaps_ms, n=20)[-1]
        return cls(sheet, kind, 1000 * len(gaps_ms) / sum(gaps_ms), 1000 / slow, crisp_s)


def chromium() -> str | None:
    """The installed browser, if any: Playwright's own is a download that closed networks refuse."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def measured(page: Page, url: str, order: Order) -> list[Smoothness]:
    page.goto(f"{url}/ui")
    content = draw(order).content
    page.set_input_files("#file", {"name": f"{order.name}.pdf", "mimeType": "application/pdf", "buffer": content})
    page.wait_for_selector("#desk:not([hidden])")
    page.wait_for_load_state("networkidle")
    zoomed = page.evaluate(_MOVE, ["zoom", TURNS, STEP_MS])
    crisp_s = _until_crisp(page)
    panned = page.evaluate(_MOVE, ["pan", TURNS, STEP_MS])
    return [Smoothness.of(order.name, "zoom", zoomed, crisp_s), Smoothness.of(order.name, "pan", panned, crisp_s)]


def _until_crisp(page: Page) -> float:
    """s from the last of some leaps to the picture in the right resolution."""
    page.wait_for_load_state("networkidle")
    for _ in range(8):
        page.press("#view", "+")
    began = time.perf_counter()
    with page.expect_response("**/pages/*region=*"):
        pass
    return time.perf_counter() - began


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser(__doc__).parse_args(arguments)
    before = machine()
    program = chromium()
    if program is None:
        print("no Chromium is installed", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        port = free_port()
        env = {"QWEN_ENGINE": "embedded", "QWEN_PORT": str(port), "QWEN_SESSION_DIR": str(Path(folder) / "sessions")}
        with served(["main"], {**os.environ, **env}, port) as (url, _):
            browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type]
            results = [result for order in SHEETS for result in measured(page, url, order)]
            browser.close()
    rows = tuple((r.sheet, r.kind, f"{r.frames_a_second:.0f}", f"{r.slowest:.0f}", f"{r.crisp_s:.2f}") for r in results)
    print(Table(("sheet", "what", "frames/s", "slowest 5 %", "crisp after s"), rows))
    aims = [Aim(f"frames a second, {r.sheet}, {r.kind}", r.frames_a_second, ">=", LEAST_FRAMES) for r in results]
    return conclude(aims, before, [asdict(result) for result in results], options.json)


if __name__ == "__main__":
    sys.exit(main())
