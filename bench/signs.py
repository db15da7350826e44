"""Signs that CAD programs draw instead of writing: diameter, depth, modifiers, the characteristics of ISO 1101.

Proportions follow ISO 3098-5 and ISO 7083. A sign is lines and circles in a square whose side is the height of a
capital, the baseline at 0, y upwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Point = tuple[float, float]
Stroke = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """Polylines of a sign in heights of a capital, its width with side bearings, and which of them are filled."""

    strokes: tuple[Stroke, ...]
    width: float
    filled: tuple[Stroke, ...] = ()


#: ISO 1101, table 2, by the names that `drawing.grammar.scan` gives them.
CHARACTERISTICS = {
    "⏤": "straightness",
    "⏥": "flatness",
    "○": "circularity",
    "⌭": "cylindricity",
    "⌒": "line_profile",
    "⌓": "surface_profile",
    "∥": "parallelism",
    "⟂": "perpendicularity",
    "∠": "angularity",
    "⌖": "position",
    "◎": "concentricity",
    "⌯": "symmetry",
    "↗": "circular_runout",
    "⌰": "total_runout",
}
#: Those that refer to a datum.
RELATED = frozenset("∥⟂∠⌖◎⌯↗⌰")
_STEPS = 48


def sign(char: str) -> Sign | None:
    """The drawn form of `char`, else `None`."""
    return _SIGNS.get(char)


def ring(x: float, y: float, radius: float, start_deg: float = 0, end_deg: float = 360) -> Stroke:
    angles = [math.radians(start_deg + step / _STEPS * (end_deg - start_deg)) for step in range(_STEPS + 1)]
    return tuple((x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles)


def _line(*points: Point) -> Stroke:
    return points


def _arrow(x1: float, y1: float, x2: float, y2: float, head: float = 0.45) -> tuple[Stroke, Stroke]:
    """A shaft and its filled head."""
    angle = math.atan2(y2 - y1, x2 - x1)
    wings = [(x2 - head * math.cos(angle + turn), y2 - head * math.sin(angle + turn)) for turn in (0.3, -0.3)]
    return ((x1, y1), (x2, y2)), (wings[0], (x2, y2), wings[1], wings[0])


def _diameter() -> Sign:
    # ISO 3098-5: ring and slash at 60°, the slash as high as a capital with a bit of overhang.
    return Sign((ring(0.5, 0.5, 0.38), _line((0.19, -0.04), (0.81, 1.04))), 1.05)


def _depth() -> Sign:
    shaft, head = _arrow(0.5, 0.95, 0.5, 0.02)
    return Sign((_line((0.15, 0.95), (0.85, 0.95)), shaft), 1.1, (head,))


def _runout(shift: float = 0.0) -> tuple[Stroke, Stroke]:
    return _arrow(0.1 + shift, 0.02, 0.6 + shift, 0.98)


def _total_runout() -> Sign:
    (left, left_head), (right, right_head) = _runout(), _runout(0.45)
    return Sign((left, right, _line((0.1, 0.02), (0.55, 0.02))), 1.2, (left_head, right_head))


def _letter_in_ring(char: str) -> Sign:
    letters: dict[str, tuple[Stroke, ...]] = {
        "Ⓜ": (_line((0.33, 0.24), (0.33, 0.76), (0.55, 0.44), (0.77, 0.76), (0.77, 0.24)),),
        "Ⓛ": (_line((0.42, 0.78), (0.42, 0.26), (0.74, 0.26)),),
        "Ⓟ": (_line((0.42, 0.24), (0.42, 0.78)), ring(0.5, 0.63, 0.15)),
    }
    return Sign((ring(0.55, 0.5, 0.5), *letters[char]), 1.2)


def _single_runout() -> Sign:
    shaft, head = _runout(0.15)
    return Sign((shaft,), 1.0, (head,))


_SIGNS: dict[str, Sign] = {
    "Ø": _diameter(),
    "±": Sign((_line((0.1, 0.05), (0.8, 0.05)), _line((0.1, 0.5), (0.8, 0.5)), _line((0.45, 0.18), (0.45, 0.82))), 1.0),
    "□": Sign((_line((0.1, 0.0), (0.9, 0.0), (0.9, 0.8), (0.1, 0.8), (0.1, 0.0)),), 1.05),
    "↧": _depth(),
    "⌴": Sign((_line((0.1, 0.7), (0.1, 0.05), (1.1, 0.05), (1.1, 0.7)),), 1.3),
    "⌵": Sign((_line((0.1, 0.85), (0.6, 0.05), (1.1, 0.85)),), 1.3),
    "Ⓜ": _letter_in_ring("Ⓜ"),
    "Ⓛ": _letter_in_ring("Ⓛ"),
    "Ⓟ": _letter_in_ring("Ⓟ"),
    "⏤": Sign((_line((0.0, 0.5), (1.1, 0.5)),), 1.1),
    "⏥": Sign((_line((0.0, 0.15), (0.85, 0.15), (1.2, 0.85), (0.35, 0.85), (0.0, 0.15)),), 1.2),
    "○": Sign((ring(0.5, 0.5, 0.45),), 1.0),
    "⌭": Sign((ring(0.6, 0.5, 0.3), _line((0.1, 0.0), (0.5, 1.0)), _line((0.7, 0.0), (1.1, 1.0))), 1.2),
    "⌒": Sign((ring(0.55, 0.2, 0.5, 180, 0),), 1.1),
    "⌓": Sign((ring(0.55, 0.2, 0.5, 180, 0), _line((0.05, 0.2), (1.05, 0.2))), 1.1),
    "∥": Sign((_line((0.1, 0.0), (0.5, 1.0)), _line((0.5, 0.0), (0.9, 1.0))), 1.0),
    "⟂": Sign((_line((0.0, 0.05), (1.1, 0.05)), _line((0.55, 0.05), (0.55, 0.95))), 1.1),
    "∠": Sign((_line((1.0, 0.9), (0.0, 0.05), (1.1, 0.05)),), 1.1),
    "⌖": Sign((ring(0.55, 0.5, 0.32), _line((0.55, -0.05), (0.55, 1.05)), _line((0.0, 0.5), (1.1, 0.5))), 1.1),
    "◎": Sign((ring(0.5, 0.5, 0.48), ring(0.5, 0.5, 0.25)), 1.0),
    "⌯": Sign((_line((0.0, 0.5), (1.1, 0.5)), _line((0.3, 0.75), (0.8, 0.75)), _line((0.3, 0.25), (0.8, 0.25))), 1.1),
    "↗": _single_runout(),
    "⌰": _total_runout(),
}
