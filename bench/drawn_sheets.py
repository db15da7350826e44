"""Sheets A4 to A0 with known content, drawn as CAD programs and scanners make them; the same on every run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import pymupdf

from bench import template
from bench.composition import Hand
from bench.content import Content
from bench.pen import Pen
from bench.scanned import Scanner
from bench.signs import CHARACTERISTICS
from bench.sketch import Sketch
from bench.truth import DrawnSheet, Item
from bench.typeface import Face, Typeface, available
from bench.views import VIEWS
from drawing.sheet import MM_PER_INCH, PAPER_MM, Box

Style = Literal["text", "solidworks", "outlines", "mixed", "strokes", "scan"]

#: Sheet pixels of a PDF per inch: the default of `settings.sheet_dpi`.
PDF_DPI = 200.0
#: mm. A cell of the sheet for one view with its dimensions, by height of the lettering.
CELLS_MM = {2.5: (125.0, 92.0), 3.5: (150.0, 115.0), 5.0: (190.0, 145.0)}
#: What SolidWorks draws, whatever the font has.
DRAWN_BY_SOLIDWORKS = frozenset("Ø↧⌴⌵□Ⓜ") | frozenset(CHARACTERISTICS)


@dataclass(frozen=True, slots=True)
class Order:
    """One sheet to draw."""

    name: str
    paper: str
    style: Style
    seed: int
    face: Face = "helv"
    height_mm: float = 3.5
    upright: bool = False
    german: bool = True
    rotated: bool = False
    scanner: Scanner | None = None

    @property
    def size_mm(self) -> tuple[float, float]:
        short, long = PAPER_MM[self.paper]
        return (short, long) if self.upright else (long, short)


WORN = Scanner(200, worn=True, jpeg_quality=50, skew_deg=0.7)
QUICK: tuple[Order, ...] = (
    Order("a4-solidworks", "A4", "solidworks", 1, height_mm=2.5),
    Order("a3-text", "A3", "text", 2, german=False),
    Order("a4-outlines", "A4", "outlines", 3, height_mm=2.5),
    Order("a4-scan-200", "A4", "scan", 4, height_mm=2.5, scanner=Scanner(200)),
    Order("a3-scan-worn", "A3", "scan", 5, height_mm=2.5, scanner=WORN),
)
ORDERS: tuple[Order, ...] = (
    *QUICK,
    Order("a4-text-upright", "A4", "text", 6, face="tiro", height_mm=2.5, upright=True),
    Order("a4-text-courier", "A4", "text", 7, face="cour", height_mm=2.5, german=False),
    Order("a3-text-dejavu", "A3", "text", 8, face="dejavu", height_mm=2.5),
    Order("a2-text", "A2", "text", 9),
    Order("a0-text", "A0", "text", 10, face="tiro", height_mm=5.0),
    Order("a4-solidworks-upright", "A4", "solidworks", 11, height_mm=2.5, upright=True, german=False),
    Order("a3-solidworks", "A3", "solidworks", 12),
    Order("a3-solidworks-dejavu", "A3", "solidworks", 13, face="dejavu", height_mm=2.5),
    Order("a3-solidworks-rotated", "A3", "solidworks", 14, rotated=True, german=False),
    Order("a1-solidworks", "A1", "solidworks", 15),
    Order("a0-solidworks", "A0", "solidworks", 16, german=False),
    Order("a3-outlines", "A3", "outlines", 17, face="tiro"),
    Order("a4-outlines-rotated", "A4", "outlines", 18, height_mm=2.5, rotated=True),
    Order("a3-mixed", "A3", "mixed", 19),
    Order("a2-mixed", "A2", "mixed", 20, german=False),
    Order("a4-strokes", "A4", "strokes", 21, height_mm=2.5),
    Order("a3-strokes", "A3", "strokes", 22, german=False),
    Order("a4-scan-150", "A4", "scan", 23, height_mm=2.5, scanner=Scanner(150)),
    Order("a4-scan-300", "A4", "scan", 24, height_mm=2.5, scanner=Scanner(300)),
    Order("a4-scan-worn-upright", "A4", "scan", 25, height_mm=2.5, upright=True, german=False, scanner=WORN),
    Order("a3-scan-1bit", "A3", "scan", 26, scanner=Scanner(200, one_bit=True)),
    Order("a3-scan-strokes", "A3", "scan", 27, face="strokes", scanner=Scanner(300, one_bit=True)),
    Order("a2-scan-150", "A2", "scan", 28, scanner=Scanner(150, worn=True)),
    Order("a1-scan-200", "A1", "scan", 29, scanner=Scanner(200, skew_deg=0.3)),
    Order("a0-scan-200", "A0", "scan", 30, height_mm=5.0, scanner=Scanner(200)),
)


def sheets(quick: bool = False) -> Iterator[DrawnSheet]:
    """Every sheet, or a few that show each style; drawn one at a time, because an A0 scan is large."""
    yield from (draw(order) for order in orders(quick))


def orders(quick: bool = False) -> tuple[Order, ...]:
    """The sheets that can be drawn here: one whose font file is missing is left out."""
    return tuple(order for order in (QUICK if quick else ORDERS) if available(order.face))


def draw(order: Order) -> DrawnSheet:
    """One sheet with its truth."""
    width, height = order.size_mm
    pen = Pen(width, height)
    sketch = Sketch(pen, Content(order.seed, comma=order.german, first_frame=5 * order.seed), _hand(order))
    ignored = _fill(sketch, order, width, height)
    with pen.pdf() as document:
        if order.scanner is not None:
            return _scanned(order, order.scanner, document, sketch.items, ignored)
        content = _rotated(document) if order.rotated else document.tobytes(garbage=3, deflate=True)
    return _drawn(order, ".pdf", content, PDF_DPI, sketch.items, ignored, _scale(PDF_DPI))


def _hand(order: Order) -> Hand:
    lot = Content(order.seed, comma=True, first_frame=0).lot
    solidworks = order.style == "solidworks"
    drawn = DRAWN_BY_SOLIDWORKS | (frozenset("±") if lot.random() < 0.4 else frozenset()) if solidworks else frozenset()
    return Hand(
        Typeface("strokes" if order.style == "strokes" else order.face),
        order.height_mm,
        drawn=drawn,
        outlined=order.style == "outlines",
        in_pieces=solidworks,
        stack="baseline" if solidworks and lot.random() < 0.5 else "middle",
        broken=not solidworks and lot.random() < 0.25,
        grey=0.5 if solidworks and lot.random() < 0.5 else 0.0,
    )


def _fill(sketch: Sketch, order: Order, width: float, height: float) -> list[Box]:
    """Draws everything; returns what does not count: title block and the margins with the zones."""
    plain = sketch.hand
    sketch.hand = replace(plain, grey=0.0)
    inside = template.frame(sketch, width, height)
    title = template.title_block(sketch, inside, german=order.german)
    roomy = inside.width > title.width + 80
    corner = (inside.x1 + 4, inside.y2 - 18) if roomy else (inside.x1 + 4, title.y1 - 18)
    template.notes(sketch, corner, german=order.german)
    bottom = corner[1] - 4 if not roomy else title.y1
    if order.paper not in ("A4", "A3"):
        template.bill_of_materials(sketch, title, german=order.german)
    area = Box(inside.x1 + 2, inside.y1 + 2, inside.x2 - 2, bottom - 2)
    _views(sketch, order, area, plain)
    outside = (
        Box(0, 0, width, inside.y1), Box(0, inside.y2, width, height),
        Box(0, 0, inside.x1, height), Box(inside.x2, 0, width, height),
    )  # fmt: skip
    return [title, *outside]


def _views(sketch: Sketch, order: Order, area: Box, hand: Hand) -> None:
    least_width, least_height = CELLS_MM[order.height_mm]
    columns, rows = max(1, int(area.width / least_width)), max(1, int(area.height / least_height))
    width, height = area.width / columns, area.height / rows
    reserved = Sketch(sketch.pen, sketch.content, hand, taken=list(sketch.taken))
    for at in range(columns * rows):
        x, y = area.x1 + width * (at % columns), area.y1 + height * (at // columns)
        cell = Box(x, y, x + width, y + height)
        if not reserved.is_free(cell):
            continue
        outlined = order.style == "mixed" and at % 3 == 1
        sketch.hand = replace(hand, outlined=True) if outlined else hand
        VIEWS[(at + order.seed) % len(VIEWS)](sketch, cell)
        _caption(sketch, order, cell, at)


def _caption(sketch: Sketch, order: Order, cell: Box, at: int) -> None:
    """Every second view is named, some with a scale of their own."""
    if at % 2 == 0:
        return
    letter = "ABCDEFGHJKLMNP"[at // 2 % 14]
    name = f"DETAIL {letter} (2:1)" if at % 4 == 1 else f"{'SCHNITT' if order.german else 'SECTION'} {letter}-{letter}"
    height = 1.1 * sketch.hand.height
    sketch.write(name, (cell.x2 - 17 * height, cell.y1 + height + 2), "view", height=height)


def _rotated(document: pymupdf.Document) -> bytes:
    """The same page lying on its side in the file, shown upright by /Rotate 90."""
    with pymupdf.open() as turned:
        width, height = document[0].rect.width, document[0].rect.height
        page = turned.new_page(width=height, height=width)
        page.show_pdf_page(page.rect, document, 0, rotate=90)
        page.set_rotation(90)
        return bytes(turned.tobytes(garbage=3, deflate=True))


def _scanned(
    order: Order, scanner: Scanner, document: pymupdf.Document, items: list[Item], ignored: list[Box]
) -> DrawnSheet:
    content = scanner.scan(document[0], order.seed)
    return _drawn(order, scanner.suffix, content, scanner.dpi, items, ignored, _scale(scanner.dpi))


def _scale(dpi: float) -> Callable[[Box], Box]:
    factor = dpi / MM_PER_INCH
    return lambda box: Box(box.x1 * factor, box.y1 * factor, box.x2 * factor, box.y2 * factor)


def _drawn(
    order: Order,
    suffix: str,
    content: bytes,
    dpi: float,
    items: list[Item],
    ignored: list[Box],
    to_pixels: Callable[[Box], Box],
) -> DrawnSheet:
    truth = tuple(
        replace(
            item,
            box=to_pixels(item.box),
            numbers=tuple(replace(number, box=to_pixels(number.box)) for number in item.numbers),
        )
        for item in items
    )
    boxes = tuple(to_pixels(box) for box in ignored)
    return DrawnSheet(order.name, suffix, content, order.paper, order.style, dpi, truth, boxes)
