"""What every sheet has besides its views: frame with zones, title block, notes, bill of materials (mm, ISO 5457)."""

from __future__ import annotations

from bench.pen import WIDE_MM
from bench.sketch import Sketch
from drawing.sheet import Box

BINDING_MM, MARGIN_MM, ZONE_MM = 20.0, 10.0, 50.0
TITLE_WIDTH_MM, TITLE_HEIGHT_MM = 180.0, 36.0
LABEL_MM, VALUE_MM = 1.8, 3.0
_GERMAN = (
    (("Abteilung", "KON 2"), ("Erstellt durch", "Meier"), ("Genehmigt von", "Dr. Lang"), ("Datum", "12.03.2024")),
    (("Titel", "Lagerdeckel"), ("Zeichnungsnummer", "FL-4711-08"), ("Änd.", "C"), ("Blatt", "1/1")),
    (("Werkstoff", "EN AW-6082"), ("Allgemeintoleranz", "ISO 2768-mK"), ("Maßstab", "1:2"), ("Gewicht", "1,25 kg")),
)  # fmt: skip
_ENGLISH = (
    (("Responsible dept.", "DES 2"), ("Drawn by", "J. Smith"), ("Approved by", "A. Jones"), ("Date", "2024-03-12")),
    (("Title", "Bearing cover"), ("Drawing number", "FL-4711-08"), ("Rev.", "C"), ("Sheet", "1/1")),
    (("Material", "EN AW-6082"), ("General tolerance", "ISO 2768-mK"), ("Scale", "1:2"), ("Mass", "1.25 kg")),
)
_NOTES_GERMAN = (
    "Alle Kanten gratfrei, Fasen ohne Angabe 0,5 mm.",
    "Oberfläche nach dem Drehen passiviert, Charge 17 gesperrt.",
    "Bauteil vor der Montage mit 3 bar auf Dichtheit prüfen.",
)
_NOTES_ENGLISH = (
    "Remove all burrs, chamfers without indication 0.5 mm.",
    "Passivate after turning, lot 17 is blocked.",
    "Test for leaks with 3 bar before assembly.",
)
_PARTS_GERMAN = (("Pos.", "Menge", "Benennung", "Norm"), ("Lagerdeckel", "Zylinderschraube", "Scheibe", "Passfeder"))
_PARTS_ENGLISH = (("Item", "Qty", "Description", "Standard"), ("Bearing cover", "Cap screw", "Washer", "Key"))
_NORMS = ("", "ISO 4762", "ISO 7089", "DIN 6885")


def frame(sketch: Sketch, width: float, height: float) -> Box:
    """The frame and the marks of its zones; returns the inside."""
    inside = Box(BINDING_MM, MARGIN_MM, width - MARGIN_MM, height - MARGIN_MM)
    _rectangle(sketch, inside, WIDE_MM)
    columns, rows = max(2, round(inside.width / ZONE_MM)), max(2, round(inside.height / ZONE_MM))
    for column in range(columns):
        x = inside.x1 + (column + 0.5) * inside.width / columns
        for y in (inside.y1 - 1.5, inside.y2 + 4.2):
            sketch.write(str(column + 1), (x, y), "note", height=2.5)
    for row in range(rows):
        y = inside.y1 + (row + 0.5) * inside.height / rows
        for x in (inside.x1 - 4, inside.x2 + 1.8):
            sketch.write("ABCDEFGHJKLMNPQRSTUVWXYZ"[row], (x, y), "note", height=2.5)
    del sketch.items[:]  # zones are no lettering of the part
    return inside


def title_block(sketch: Sketch, inside: Box, *, german: bool) -> Box:
    """Labels above their values, in the lower right corner; what stands there is no truth for this bench."""
    box = Box(inside.x2 - TITLE_WIDTH_MM, inside.y2 - TITLE_HEIGHT_MM, inside.x2, inside.y2)
    before = len(sketch.items)
    _rectangle(sketch, box, WIDE_MM)
    for row, cells in enumerate(_GERMAN if german else _ENGLISH):
        for column, (label, value) in enumerate(cells):
            corner = (box.x1 + 45 * column, box.y1 + 12 * row)
            _rectangle(sketch, Box(corner[0], corner[1], corner[0] + 45, corner[1] + 12), 0.25)
            sketch.write(label, (corner[0] + 1.5, corner[1] + 3.2), "note", height=LABEL_MM)
            sketch.write(value, (corner[0] + 1.5, corner[1] + 9.5), "note", height=VALUE_MM)
    del sketch.items[before:]
    sketch.taken.append(box)
    return box


def notes(sketch: Sketch, corner: tuple[float, float], *, german: bool) -> None:
    """Prose with numbers that measure nothing on the drawing."""
    for row, text in enumerate(_NOTES_GERMAN if german else _NOTES_ENGLISH):
        sketch.write(f"{row + 1}. {text}", (corner[0], corner[1] + 6 * row), "note", height=2.0)


def bill_of_materials(sketch: Sketch, title: Box, *, german: bool) -> Box:
    """Rows that count upwards from a header above the title block."""
    header, parts = _PARTS_GERMAN if german else _PARTS_ENGLISH
    rows = [header, *((str(at + 1), str(2 * at + 1), part, _NORMS[at]) for at, part in enumerate(parts))]
    top = title.y1 - 7.0 * len(rows)
    for at, row in enumerate(rows):
        y = title.y1 - 7.0 * (at + 1)
        x = title.x1
        for text, width in zip(row, (18, 18, 94, 50), strict=True):
            _rectangle(sketch, Box(x, y, x + width, y + 7), 0.25)
            if text:
                sketch.write(text, (x + 2, y + 5), "table", height=2.5)
            x += width
    box = Box(title.x1, top, title.x2, title.y1)
    sketch.taken.append(box)
    return box


def _rectangle(sketch: Sketch, box: Box, width: float) -> None:
    corners = ((box.x1, box.y1), (box.x2, box.y1), (box.x2, box.y2), (box.x1, box.y2), (box.x1, box.y1))
    sketch.pen.line(*corners, width=width)
