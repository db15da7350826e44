"""Boxes that a Qwen3-VL model wrote into its answer, as boxes of the sheet.

The model answers in a fenced JSON list, `[{"bbox_2d": [x1, y1, x2, y2], "label": "…"}]`, in thousandths of the
picture's width and height whatever it was resized to (Qwen3-VL cookbook, 2d_grounding). What it really writes may be a
single object, points, corners the wrong way round, numbers in quotes, or end in the middle; none of that is an error.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from drawing.element import ElementType
from drawing.sheet import Box

#: What the model's coordinates count to.
UNITS = 1000
#: A point becomes a box of this half width, in units: 1 % of the sheet, about a callout.
POINT_REACH = 5
#: More boxes than a person looks at, and than an answer of 8,192 tokens holds; what follows is left out.
MAX_MARKS = 300
MAX_LABEL_CHARS = 200

_BOX_KEYS = ("bbox_2d", "bbox")
_POINT_KEYS = ("point_2d", "point")
_PART_KEY = "part"
_LABEL_KEYS = ("label", "text_content", "text")
_NAMED = re.compile(r"""["'](?:bbox|point)(?:_2d)?["']""")
_FENCE = re.compile(r"```[ \t]*(?:json)?[ \t]*\r?\n(.*?)(?:```|\Z)", re.DOTALL | re.IGNORECASE)
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that the model found; `box` in sheet pixels, of positive area. `label` may be empty."""

    label: str
    box: Box


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks in the order of the answer; `malformed` counts what was meant as one and cannot be drawn."""

    marks: tuple[Mark, ...] = ()
    malformed: int = 0


def read_marks(text: str, width: int, height: int, parts: Sequence[Box] = ()) -> Marks:
    """The boxes in `text` on a sheet of `width` × `height` px; never raises.

    The model was shown `parts` of the sheet enlarged (sheet pixels), of which a box may name one, counted from 1.
    """
    sheet = Box(0, 0, width, height)
    marks: list[Mark] = []
    malformed = 0
    for found in _objects(text):
        if len(marks) == MAX_MARKS:
            break
        mark = _mark(found, _frame(found, sheet, parts)) if found is not None else None
        if mark is None:
            malformed += 1
        else:
            marks.append(mark)
    return Marks(tuple(marks), malformed)


def in_words(text: str) -> str:
    """`text` with each fenced list of boxes, which is for drawing and not for reading, as a list of what they show."""
    return _FENCE.sub(lambda fence: _listed(fence[1]) if _NAMED.search(fence[1]) else fence[0], text).strip()


def _listed(boxes: str) -> str:
    labels = (mark.label for mark in read_marks(boxes, UNITS, UNITS).marks)
    return "\n".join(f"- {label}" for label in dict.fromkeys(labels) if label)


def _objects(text: str) -> Iterator[dict[str, Any] | None]:
    """The JSON objects of `text` that name a box or a point, in order; `None` for each that cannot be decoded."""
    start = text.find("{")
    while start >= 0:
        value, end = _decoded(text, start)
        if value is None:
            end = text.find("{", start + 1)
            if _NAMED.search(text, start, len(text) if end < 0 else end):
                yield None
        else:
            yield from _naming(value)
        start = text.find("{", end) if end >= 0 else -1


def _decoded(text: str, start: int) -> tuple[Any, int]:
    """The object that begins at `start` and where it ends; `None` when it is none, or is cut off."""
    try:
        return _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        pass
    end = text.find("}", start) + 1
    if not end or '"' in text[start:end]:
        return None, -1
    try:  # a Python dict
        return json.loads(text[start:end].replace("'", '"'), strict=False), end
    except (ValueError, RecursionError):
        return None, -1


def _naming(value: Any) -> Iterator[dict[str, Any]]:
    """`value` and what is nested in it, as far as it names a box or a point."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if any(key in item for key in _BOX_KEYS + _POINT_KEYS):
                yield item
            else:
                waiting.extend(reversed(item.values()))
        elif isinstance(item, list):
            waiting.extend(reversed(item))


def read_box(value: Any, width: int, height: int) -> Box | None:
    """The box in sheet pixels that the list `value` names by x1, y1, x2, y2 in units; `None` where it names none."""
    corners = _numbers(value)
    return _drawn(corners, Box(0, 0, width, height)) if len(corners) == 4 else None


def visible(text: str) -> str:
    """What can be shown of a model's `text`, on one line of at most `MAX_LABEL_CHARS` characters."""
    # Control characters and lone surrogates have no place in a log line or a UTF-8 answer.
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())[:MAX_LABEL_CHARS].rstrip()


def _mark(item: dict[str, Any], frame: Box) -> Mark | None:
    corners = _corners(item)
    box = _drawn(corners, frame) if corners else None
    return Mark(_label(item), box) if box else None


def _frame(item: dict[str, Any], sheet: Box, parts: Sequence[Box]) -> Box:
    """What the numbers of a box are thousandths of."""
    number = item.get(_PART_KEY)
    return parts[number - 1] if type(number) is int and 1 <= number <= len(parts) else sheet


def _drawn(corners: tuple[float, ...], frame: Box) -> Box | None:
    (x1, x2), (y1, y2) = sorted(corners[0::2]), sorted(corners[1::2])
    sx, sy = frame.width / UNITS, frame.height / UNITS
    within = Box(x1 * sx, y1 * sy, x2 * sx, y2 * sy).clamped(frame.width, frame.height)
    return None if within.is_empty else within.moved(frame.x1, frame.y1)


def _corners(item: dict[str, Any]) -> tuple[float, ...] | None:
    """x1, y1, x2, y2 in units, in any order of the corners."""
    box = _numbers(_first(item, _BOX_KEYS))
    if len(box) == 4:
        return box
    point = _numbers(_first(item, _POINT_KEYS))
    if len(point) != 2:
        return None
    x, y = point
    return x - POINT_REACH, y - POINT_REACH, x + POINT_REACH, y + POINT_REACH


def _first(item: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((item[key] for key in keys if key in item), None)


def _numbers(value: Any) -> tuple[float, ...]:
    """The list's finite numbers, written as such or in quotes; empty if one of them is none."""
    if not isinstance(value, list) or any(isinstance(entry, bool) for entry in value):
        return ()
    try:
        numbers = tuple(float(entry) for entry in value)
    except (TypeError, ValueError, OverflowError):
        return ()
    return numbers if all(map(math.isfinite, numbers)) else ()


def _label(item: dict[str, Any]) -> str:
    label = _first(item, _LABEL_KEYS)
    return visible(str(label)) if isinstance(label, str | int | float) else ""


#: German and English words for each type. One at the front of a word counts in compounds, too ("Durchmessertoleranz");
#: `-` in front stands for the end of a compound ("Außendurchmesser"), `=` for the word alone.
_WORDS: dict[ElementType, tuple[str, ...]] = {
    "view": (
        "-ansicht", "=view", "=views", "draufsicht", "schnitt", "=section", "einzelheit", "=detail", "isometri",
        "-darstellung", "perspektiv", "perspective", "projektion", "projection", "abwicklung",
    ),
    "table": (
        "-tabelle", "=table", "stückliste", "=bom", "bill of materials", "parts list", "-verzeichnis",
    ),
    "title": (
        "schriftfeld", "titelblock", "title", "=titel", "benennung", "designation", "drawing name",
    ),
    "part_number": (
        "-teilenummer", "part number", "part no", "-zeichnungsnummer", "drawing number", "drawing no", "sachnummer",
        "artikelnummer", "materialnummer", "identnummer", "positionsnummer", "item number", "=balloon", "bauteilnummer",
        "part_number",
    ),
    "dimension": (
        "=maß", "=maße", "=mass", "abmessung", "-maße", "nennmaß", "dimension", "-durchmesser", "diameter", "radius",
        "-toleranz", "tolerance", "-bohrung", "=bore", "=hole", "=holes", "-gewinde", "thread", "=fase", "=fasen",
        "chamfer", "-winkel", "=angle", "-länge", "=length", "=width", "-breite", "-höhe", "=height", "=depth",
        "-tiefe", "passung", "=fit", "-abstand", "distance", "=dicke", "wandstärke", "thickness", "rauheit",
        "roughness", "abmaß",
    ),
}  # fmt: skip


def _pattern(word: str) -> str:
    if word[0] == "=":
        return rf"\b{re.escape(word[1:])}\b"
    return re.escape(word[1:]) if word[0] == "-" else rf"\b{re.escape(word)}"


_TYPES: tuple[tuple[ElementType, re.Pattern[str]], ...] = tuple(
    (kind, re.compile("|".join(map(_pattern, words)), re.IGNORECASE)) for kind, words in _WORDS.items()
)

#: A label that is nothing but lettering, and reads like a dimension: `4x Ø6,6`, `M8x1`, `R5`, `(45°)`, `12.5 ±0.1`.
_CALLOUT = re.compile(
    r"""\(?\s*(\d+\s*[x×]\s*)?([SR]?[Ø⌀∅]|S?R|M|G|Tr|□|±)?\s*\d{1,4}([.,/]\d+)?
        (?=$|[\s°"'×±+,;:)(]|mm|[xX]\s?\d|[A-Za-z]{1,2}\d{1,2}\b)""",
    re.VERBOSE,
)


def element_type(label: str) -> ElementType:
    """What `label` names, by its first German or English word for it; else by its look; else plain text."""
    places = [(found.start(), kind) for kind, words in _TYPES if (found := words.search(label))]
    if places:
        return min(places, key=lambda place: place[0])[1]
    return "dimension" if _CALLOUT.match(label) else "text"
