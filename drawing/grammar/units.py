"""Whether a sheet's lengths are millimetres or inches."""

from __future__ import annotations

import re
from collections.abc import Iterable

from drawing.grammar.notation import LengthUnit


def _stated(names: str) -> re.Pattern[str]:
    subject = r"dimensions?|dims?|units?|sizes?|maße|masse|einheit(?:en)?|bemaßung|abmessungen|alle angaben"
    return re.compile(rf"(?i)\b(?:{subject})\b[^.;]{{0,40}}?\b(?:{names})\b|^\W*(?:{names})\W*$")


_STATED: dict[LengthUnit, re.Pattern[str]] = {
    "in": _stated(r"inch(?:es)?|zoll|in(?=\W*$)"),
    "mm": _stated(r"mm|millimet(?:er|re)s?"),
}
#: ASME Y14.5, 1.6: below one, inches are printed without a zero before the point, millimetres with one.
_INCH = re.compile(r"(?<![\w.,])(?:\d{0,3}[.,]?\d+|\d+/\d+)\"(?!\w)|(?:(?<![\w.,])|(?<=[ØR]))\.\d{2,4}(?!\d)")
_MILLIMETRE = re.compile(r"(?<![\w.,])0[.,]\d|\d\s?mm\b|(?<!\w)M\d{1,2}(?!\w)")
#: Fewer signs of inches than this are names of pipes and the like on a metric sheet.
LEAST_INCHES = 3


def length_unit_of(lines: Iterable[str]) -> LengthUnit:
    """The unit that the sheet's lettering names; else inches where most sizes are printed the way inches are."""
    every = list(lines)
    stated = {unit for unit, pattern in _STATED.items() if any(pattern.search(line) for line in every)}
    if len(stated) == 1:
        return stated.pop()
    inches, millimetres = (sum(len(form.findall(line)) for line in every) for form in (_INCH, _MILLIMETRE))
    return "in" if inches >= LEAST_INCHES and inches > millimetres else "mm"
