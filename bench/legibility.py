"""Whether the model is shown what a question is about, large enough to be read.

    python -m bench.legibility [--quick] [--only NAME] [--drawings FOLDER] [--show] [--json FILE]

Questions are made from what stands on drawn sheets, A4 to A0 with 2.5 mm and 3.5 mm lettering: sizes by their nominal,
all of a kind, the title block, the bill of materials, the notes. One counts where all that answers it lies in the
picture of the whole sheet (2,048 image tokens) or in an enlarged part, with letters of 12 px or more. `--drawings`
names a folder with real sheets in `files` and questions with the places of their answers in `questions.jsonl`; there
the choice of the parts is judged alone, as if nothing could be read in the picture of the whole sheet.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.drawn_sheets import Order, draw
from bench.read_once import measure
from bench.report import Aim, Table, conclude, machine, parser
from bench.scanned import Scanner
from bench.truth import Item, ItemKind
from drawing.focus import Crop, Room, crops_for
from drawing.reading import Reading, read
from drawing.sheet import MM_PER_INCH, Box
from language import Language
from qwen.image import area_of, processed_size
from reader.places import places_of

PAPERS = ("A4", "A3", "A2", "A1", "A0")
HEIGHTS_MM = (2.5, 3.5)
OVERVIEW_TOKENS, ROOM = 2048, Room(4, 2048, 4096)
LEGIBLE_PX = 12.0
#: px. What is drawn may stand out of the box that the drawing program told.
SLACK = 3.0
KINDS: dict[ItemKind, tuple[str, str]] = {
    "thread": ("Liste alle Gewinde.", "List all threads."),
    "radius": ("Welche Radien gibt es?", "Which radii are there?"),
    "chamfer": ("Welche Fasen gibt es?", "Which chamfers are there?"),
    "roughness": ("Welche Rauheiten sind angegeben?", "Which roughness values are given?"),
}
SIZES: dict[ItemKind, tuple[str, str]] = {
    "diameter": ("Welche Toleranz hat der Durchmesser {}?", "Which tolerance has the diameter {}?"),
    "linear": ("Wie ist das Maß {} toleriert?", "What is the tolerance of the dimension {}?"),
    "thread": ("Wie tief ist das Gewinde {}?", "How deep is the thread {}?"),
    "radius": ("Wo steht der Radius R{}?", "Where is the radius R{}?"),
}
#: Of the template: what is asked and what answers it.
PRINTED: dict[Language, tuple[tuple[str, str], ...]] = {
    "de": (
        ("Welcher Werkstoff ist angegeben?", "EN AW-6082"),
        ("Wie lautet die Zeichnungsnummer?", "FL-4711-08"),
        ("Wer hat die Zeichnung erstellt?", "Meier"),
        ("Welche Norm hat die Scheibe?", "ISO 7089"),
        ("Mit welchem Druck wird auf Dichtheit geprüft?", "3 bar"),
    ),
    "en": (
        ("Which material is specified?", "EN AW-6082"),
        ("What is the drawing number?", "FL-4711-08"),
        ("Who has drawn it?", "Smith"),
        ("Which standard has the washer?", "ISO 7089"),
        ("At which pressure is it tested for leaks?", "3 bar"),
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and where all that answers it stands (sheet pixels)."""

    text: str
    language: Language
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Of `asked` questions, how many can be read in the overview alone, and with enlarged parts."""

    name: str
    asked: int
    in_overview: int
    in_all: int
    crops: float
    tokens: float

    @property
    def share(self) -> float:
        return self.in_all / self.asked if self.asked else 1.0


def orders(quick: bool) -> Iterator[Order]:
    papers = ("A3", "A0") if quick else PAPERS
    for seed, (paper, height) in enumerate((paper, height) for paper in papers for height in HEIGHTS_MM):
        german = seed % 2 == 0
        yield Order(f"{paper.lower()}-{height}", paper, "text", 300 + seed, height_mm=height, german=german)
    if not quick:
        yield Order("a3-2.5-scan", "A3", "scan", 350, height_mm=2.5, scanner=Scanner(200))
        yield Order("a2-3.5-scan", "A2", "scan", 351, height_mm=3.5, german=False, scanner=Scanner(200))


def questions_of(items: Sequence[Item], reading: Reading, language: Language) -> Iterator[Asked]:
    at = 0 if language == "de" else 1
    nominals = Counter((item.kind, item.nominal) for item in items)
    for item in items:
        if item.kind in SIZES and item.nominal is not None and nominals[item.kind, item.nominal] == 1:
            name = item.text.split()[0] if item.kind == "thread" else f"{item.nominal:f}"
            yield Asked(SIZES[item.kind][at].format(name), language, (item.box,))
    for kind, texts in KINDS.items():
        if boxes := tuple(item.box for item in items if item.kind == kind):
            yield Asked(texts[at], language, boxes)
    for text, value in PRINTED[language]:
        if boxes := tuple(line.box for line in reading.lines if value in line.plain)[:1]:
            yield Asked(text, language, boxes)


def judged(order: Order, *, show: bool) -> Score:
    sheet = draw(order)
    measured = measure(sheet.content)
    assert measured.sheet is not None, measured.problem
    reading = read(measured.words, measured.sheet)
    height_px = order.height_mm / MM_PER_INCH * sheet.dpi
    overview = _overview_scale(reading)
    asked = list(questions_of(sheet.items, reading, "de" if order.german else "en"))
    in_overview = in_all = tokens = crops = 0
    for question in asked:
        shown = chosen(question, reading, overview)
        alone = overview * height_px >= LEGIBLE_PX
        readable = alone or all(_is_readable(shown, box, height_px) for box in question.boxes)
        in_overview, in_all = in_overview + alone, in_all + readable
        crops, tokens = crops + len(shown), tokens + sum(crop.tokens for crop in shown)
        if show and not readable:
            print(f"{order.name}: {question.text} ({len(question.boxes)} places)")
    return Score(order.name, len(asked), in_overview, in_all, crops / len(asked), tokens / len(asked))


def chosen(question: Asked, reading: Reading, overview_scale: float) -> tuple[Crop, ...]:
    places = places_of(question.text, question.language, reading)
    return crops_for(places.found, places.related, reading, overview_scale, ROOM)


def on_real_sheets(folder: Path, *, show: bool) -> tuple[int, int]:
    """Of the questions that have a place, how many find it in an enlarged part; and how many there are."""
    readings: dict[tuple[str, int], Reading] = {}
    held = asked = 0
    for line in (folder / "questions.jsonl").read_text().splitlines():
        found = json.loads(line)
        if not found.get("box") or found["page"] != 1:
            continue
        key = found["file"], found["page"]
        if key not in readings:
            measured = measure((folder / "files" / found["file"]).read_bytes())
            assert measured.sheet is not None, measured.problem
            readings[key] = read(measured.words, measured.sheet)
        reading = readings[key]
        box = _on(reading, found["box"])
        shown = chosen(Asked(found["question"], found["lang"], (box,)), reading, 0.0)
        is_held = any(_is_within(box, crop) for crop in shown)
        held, asked = held + is_held, asked + 1
        if show and not is_held:
            print(f"{found['id']}: {found['question']}")
    return held, asked


def _on(reading: Reading, fractions: Sequence[float]) -> Box:
    (x1, y1, x2, y2), sheet = fractions, reading.sheet
    return Box(x1 * sheet.width, y1 * sheet.height, x2 * sheet.width, y2 * sheet.height)


def _overview_scale(reading: Reading) -> float:
    sheet = reading.sheet
    return processed_size(sheet.width, sheet.height, max_area=area_of(OVERVIEW_TOKENS))[0] / sheet.width


def _is_readable(crops: Sequence[Crop], box: Box, height_px: float) -> bool:
    return any(
        _is_within(box, crop)
        and min(crop.width / crop.box.width, crop.height / crop.box.height) * height_px >= LEGIBLE_PX
        for crop in crops
    )


def _is_within(box: Box, crop: Crop) -> bool:
    outer = crop.box.grown(SLACK)
    return outer.x1 <= box.x1 and outer.y1 <= box.y1 and box.x2 <= outer.x2 and box.y2 <= outer.y2


def main(arguments: Sequence[str] | None = None) -> int:
    options_of = parser(__doc__)
    options_of.add_argument("--drawings", metavar="FOLDER", type=Path, help="real sheets besides the drawn ones")
    options_of.add_argument("--show", action="store_true", help="say which questions are not shown legibly")
    options = options_of.parse_args(arguments)
    before = machine()
    wanted = [order for order in orders(options.quick) if not options.only or options.only in order.name]
    scores = [judged(order, show=options.show) for order in wanted]
    rows = tuple(
        (s.name, str(s.asked), f"{s.in_overview / s.asked:.2f}", f"{s.share:.3f}", f"{s.crops:.1f}", f"{s.tokens:.0f}")
        for s in scores
    )
    print(Table(("sheet", "questions", "overview alone", "with parts", "parts", "their tokens"), rows))
    aims = [Aim(f"legible, {score.name}", score.share, ">=", 0.95) for score in scores]
    real = (0, 0)
    if options.drawings is not None:
        real = on_real_sheets(options.drawings, show=options.show)
        aims.append(Aim("place in a part, real sheets", real[0] / real[1], ">=", 0.85))
    return conclude(aims, before, {"scores": [asdict(score) for score in scores], "real": real}, options.json)


if __name__ == "__main__":
    sys.exit(main())
