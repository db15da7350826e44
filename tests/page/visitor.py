"""Somebody at the page: what they do, and what they see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Download, Locator, Page, Request, expect

WAIT_MS = 60_000
#: RGB of the boxes on the sheet, as `web/sheet.js` has them.
VERIFIED, ELEMENT, REGION = (11, 122, 59), (106, 63, 181), (18, 88, 168)

#: How many pixels of the canvas have a colour, and where their middle is, as shares of its width and height.
_PAINTED = """([r, g, b]) => {
  const view = document.getElementById("view");
  const { data } = view.getContext("2d").getImageData(0, 0, view.width, view.height);
  let [count, x, y] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] !== r || data[i + 1] !== g || data[i + 2] !== b) continue;
    count += 1;
    x += (i / 4) % view.width;
    y += Math.floor(i / 4 / view.width);
  }
  return count ? [count, x / count / view.width, y / count / view.height] : [0, 0, 0];
}"""
#: Sharp edges: the greatest difference of two neighbouring pixels' brightness is reached over this share of pixels.
_SHARPNESS = """() => {
  const view = document.getElementById("view");
  const { width, height } = view;
  const { data } = view.getContext("2d").getImageData(0, 0, width, height);
  let [edges, grey] = [0, 0];
  for (let i = 4; i < data.length; i += 4) {
    const step = Math.abs(data[i] - data[i - 4]);
    if (step > 120) edges += 1;
    else if (step > 8) grey += 1;
  }
  return edges / (edges + grey + 1);
}"""
_GIVE = """([kind, name, type, bytes]) => {
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: files, bubbles: true })
    : new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""


@dataclass
class Visitor:
    """Drives one page and remembers what must not happen on it; `expected` says which console errors may."""

    page: Page
    url: str
    expected: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._on_request)
        self.page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in self.expected):
            self.faults.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith("blob:") and urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self.faults.append(f"request to another host: {request.url}")

    def come(self, fragment: str = "") -> Visitor:
        self.page.goto(f"{self.url}/ui{fragment}")
        return self

    def choose(self, content: bytes, name: str = "flansch.pdf", media_type: str = "application/pdf") -> None:
        """Picks a file, without waiting for what comes of it."""
        self.page.set_input_files("#file", {"name": name, "mimeType": media_type, "buffer": content})

    def upload(self, content: bytes, name: str = "flansch.pdf", media_type: str = "application/pdf") -> Visitor:
        self.choose(content, name, media_type)
        self.see_sheet()
        return self

    def give(self, how: str, content: str, name: str, media_type: str) -> None:
        """Drops or pastes a file of `content`, base64."""
        self.page.evaluate(_GIVE, [how, name, media_type, content])

    def see_sheet(self) -> None:
        expect(self.page.locator("#desk")).to_be_visible()
        self.page.wait_for_load_state("networkidle")

    def ask(self, question: str) -> Locator:
        """The answer, once it is there."""
        turns = self.page.locator("#log article")
        turn = turns.nth(turns.count())
        self.page.fill("#question", question)
        self.page.press("#question", "Enter")
        expect(turn).to_have_attribute("aria-busy", "false")
        return turn

    @property
    def session_id(self) -> str:
        return urlsplit(self.page.url).fragment.removeprefix("session=")

    @property
    def zoom(self) -> float:
        """Percent of the sheet's size on paper."""
        return float(self.page.inner_text("#zoom").removesuffix("%").strip().replace(".", ""))

    def painted(self, colour: tuple[int, int, int]) -> tuple[int, float, float]:
        """Pixels of `colour` on the sheet, and their middle as shares of the view."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        count, x, y = self.page.evaluate(_PAINTED, list(colour))
        return int(count), float(x), float(y)

    def sharpness(self) -> float:
        """The share of brightness steps on the sheet that are full edges; a picture drawn too large has few."""
        return float(self.page.evaluate(_SHARPNESS))

    def still(self) -> None:
        """Waits until a flight has landed and the picture for it has come."""
        self.page.wait_for_timeout(500)
        self.page.wait_for_load_state("networkidle")

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point of the window over the sheet, from shares of the view."""
        box = self.page.locator("#view").bounding_box()
        assert box
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drags over the sheet, between shares of the view."""
        self.page.mouse.move(*self.at(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(*end), steps=5)
        self.page.mouse.up()

    @contextmanager
    def download(self) -> Iterator[list[Download]]:
        """What the page saves within, once it is there."""
        kept: list[Download] = []
        with self.page.expect_download() as saved:
            yield kept
        kept.append(saved.value)
