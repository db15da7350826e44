"""The grammar of callouts: what one line of lettering says in numbers and signs.

Sources: ISO 129-1 (dimensions), ISO 286-1 (fits), ASME Y14.5 (inch sheets, bounds, sinks); for the rest see the modules
`threads`, `surfaces`, `standards` and `frame_notation`.
A tab in a line is a gap as wide as a symbol that is drawn, not written (↧ and ± in many CAD exports; Ø is seen
in the picture, see `diameter_signs`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from drawing.grammar.frame_notation import frame_at
from drawing.grammar.holes import SINK, sink_of
from drawing.grammar.notation import (
    DEGREES,
    DONE,
    FIT,
    FRACTION,
    NUMBER,
    Bound,
    CalloutType,
    LengthUnit,
    Notation,
    Role,
    amount_of,
    clean,
    masked,
    normal,
    number_of,
)
from drawing.grammar.standards import general_tolerance_at, rule_at, standard_end
from drawing.grammar.surfaces import roughness_at
from drawing.grammar.tails import DEVIATIONS, with_tails
from drawing.grammar.threads import names_a_fastener, thread_at


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.VERBOSE)


_QUANTITY = _pattern(
    r"""(?<![\w.,/])(?:\(\s?(?P<bracketed>\d{1,3})\s?[xX]\s?\)|(?P<times>\d{1,3})[ ]?[xX](?![xX])
    |(?P<dashed>\d{1,3})[ ]?-(?=[ ]?(?:[ØRC][ ]?[\d.,]|M[ ]?\d))
    |(?P<named>\d{1,3})[ ]?(?i:(?:nos?\.?[ ])?holes?|bohrungen|löcher|places|stück|stk\.?|off)(?=[ ]))[ ]*"""
)
#: What a size is, said before it: DICKE 8 mm, M6 (Kernloch Ø5).
THICKNESS = r"(?i:thickness|(?:blech|material|platten|wand)?(?:dicke|stärke)|wall|thk\.?)(?=\s?[:=]?\s?\d)"
CORE_HOLE = r"(?i:kernloch|kernbohrung|core\ hole|tap(?:ping)?\ drill|pilot\ hole)\b"
NAMED = rf"(?:{THICKNESS}|{CORE_HOLE})"
_SIZE = _pattern(
    rf"""(?P<gap>\t)?(?P<sink>{SINK}\s*)?(?P<named>{NAMED}\W{{0,3}}(?<!\())?(?:(?P<bound>(?i:max|min))\b\.?\s?)?
        (?P<symbol>S\s?Ø|Ø|Ri\s?=|[SC]?R|□|SW|AF|(?i:dia|durchmesser|radius|rad)\.?(?=\s?\d)|[ts]\s?=|t(?=\d)|(?:[LlHhBb]|[Dd][aeim]?)\d?\s?=)?\s?
        (?:[~≈]\s?)?(?P<open>\()?(?P<value>{FRACTION}|{NUMBER}){DONE}(?(open)\s?\)|)
        (?!-[A-Za-z]|/\d+(?![\d.,]))
        (?!(?!(?:mm|inch|in|max|min|tief|deep|thk|thick|dick|thru|durch|dia)\b|x\s?\d|[xX]\s\d|{FIT}(?!\w))[A-Za-z_])"""
)
_ANGLE = _pattern(rf"∠?\s?(?P<value>{DEGREES})(?!\w)")
_CHAMFER_SIZE = _pattern(rf"(?:(?i:chamfer|fasen?)\s?)?(?P<size>{FRACTION}|{NUMBER}){DONE}(?:[ ]?(?:mm|\"))?")
_CHAMFER_ANGLE = _pattern(rf"\s?[xX]\s?(?P<angle>{NUMBER})\s?°")
_CHAMFER_TURNED = _pattern(rf"(?P<angle>{NUMBER})\s?°\s?[xX]\s?(?P<size>{NUMBER}){DONE}")
_CHAMFER_NAMED = _pattern(
    rf"(?:C\s?(?P<letter>\d(?:[.,]\d{{1,3}})?|[.,]\d{{1,3}})|(?i:chamfer|fasen?)\s?(?P<word>{NUMBER})){DONE}(?!\w|-[A-Z\d])"
)
_CHAMFER_WORD = re.compile(r"\s(?i:chamfer|fase)\b")
#: Where the number of a dimension may not begin: inside a word or number, behind a sign that makes it a deviation or
#: a part of a designation, behind a depth's sign.
_NO_START = re.compile(r"[\w.,±_#↧]|[+-](?![Ø□])|/(?=\d)|(?<=↧)\s")
_SUM = re.compile(rf"\s?\(?\s?=\s?(?P<sum>{NUMBER})")
#: The name of a datum target behind its size, such as A3 (ISO 5459).
_DATUM_TARGET = re.compile(rf"\s(?!{FIT})[A-HJ-NP-Z]\d{{1,2}}$")
_COATING = re.compile(r"\s?µ")
_DASHED = re.compile(r"-\d+(?![.,]?\d)")
_UNIT = re.compile(r"\s?(?:(?P<mm>mm\b)|(?P<inch>in(?:ch)?\b(?!\s[a-z])|\"(?!\w)))")
#: Numbers of materials (EN 10027-2), such as 1.4301.
_MATERIAL_NUMBER = re.compile(r"[0-3]\.\d{4}")
_WORTH_A_LOOK = re.compile(r"(?<![a-z])[a-z]|[^a-z\s\0]")
#: From this angle on a number with a cross counts angles, as a chamfer is never so blunt.
BLUNT_ANGLE_DEG = 90
FULL_CIRCLE_DEG = 360
#: More sizes alike than this are lengths, as in a section of 20 x 2,5.
MOST_ALIKE = 12

_ROLES: dict[str, Role] = {
    **dict.fromkeys(("SW", "AF"), "across_flats"),
    **dict.fromkeys(("t", "t=", "s="), "thickness"),
}


def scan(text: str, *, unit: LengthUnit = "mm") -> tuple[Notation, ...]:
    """The callouts of one line, left to right; never raises. `unit` is the sheet's.

    A fraction without a sign is a size only in inches, and a letter R before one a pipe thread only in millimetres.
    """
    line = masked(normal(text))
    found: list[Notation] = []
    at = _next(line, 0)
    while at < len(line):
        notation = _notation(line, at, unit)
        if notation is not None:
            found.append(_in_brackets(line, notation))
        at = _next(line, max(at + 1, found[-1].end if notation else standard_end(line, at) or 0))
    if any(notation.type == "thread" for notation in found) and names_a_fastener(line):
        return tuple(notation for notation in found if notation.type != "thread")
    return tuple(found)


def _next(line: str, at: int) -> int:
    """The next place where a callout may begin, else the line's end."""
    match = _WORTH_A_LOOK.search(line, at)
    return match.start() if match else len(line)


def _notation(line: str, at: int, unit: LengthUnit) -> Notation | None:
    for rule in (general_tolerance_at, rule_at, roughness_at):
        notation = rule(line, at)
        if notation is not None:
            return notation
    if standard_end(line, at) or line[at].isspace():
        return None
    chamfer = None if _is_inside(line, at) else _chamfer(line, at, None)
    if chamfer is not None:
        return chamfer
    quantity = _QUANTITY.match(line, at)
    if quantity is not None:
        notation = _feature(line, quantity.end(), unit, quantity)
        if notation is not None or quantity["times"]:
            return notation
    return frame_at(line, at) or (None if _is_inside(line, at) else _feature(line, at, unit, None))


def _is_inside(line: str, at: int) -> bool:
    """Whether a place is inside a word or a number, or behind a sign that takes the number for itself."""
    return at > 0 and _NO_START.match(line, at - 1) is not None


def _feature(line: str, at: int, unit: LengthUnit, quantity: re.Match[str] | None) -> Notation | None:
    """A thread, chamfer, angle or size at `at`, behind its quantity."""
    return (
        _thread(line, at, unit, quantity)
        or _chamfer(line, at, quantity)
        or _angle(line, at, quantity)
        or _size(line, at, unit, quantity)
    )


def _begun(kind: CalloutType, at: int, end: int, quantity: re.Match[str] | None = None) -> Notation:
    """A notation of this kind from `at` to `end`, with the quantity before it."""
    notation = Notation(type=kind, start=at, end=end, core_start=at, core_end=end)
    if quantity is None:
        return notation
    printed = next(value for value in quantity.groups() if value)
    return replace(notation, start=quantity.start(), quantity=max(1, int(printed)), quantity_printed=True)


def _thread(line: str, at: int, unit: LengthUnit, quantity: re.Match[str] | None) -> Notation | None:
    thread = thread_at(line, at, in_inches=unit == "in")
    if thread is None:
        return None
    notation = replace(
        _begun("thread", at, thread.end, quantity),
        nominal=thread.nominal,
        pitch=thread.pitch,
        fit=thread.tolerance_class,
        unit=thread.unit,
        marked=True,
        designation=thread.designation,
    )
    return with_tails(line, notation, ("depth", "deep", "gap_depth", "thread", "through", "times"))


def _chamfer(line: str, at: int, quantity: re.Match[str] | None) -> Notation | None:
    notation = _chamfer_by_angle(line, at, quantity) or _chamfer_by_name(line, at, quantity)
    if notation is None:
        return None
    word = _CHAMFER_WORD.match(line, notation.end)
    notation = replace(notation, marked=True, end=word.end() if word else notation.end)
    return with_tails(line, notation, ("plus_minus", "both", "zero_first", "times"))


def _chamfer_by_angle(line: str, at: int, quantity: re.Match[str] | None) -> Notation | None:
    """Size by angle, the size perhaps with its deviation, or the other way round."""
    turned = _CHAMFER_TURNED.match(line, at)
    if turned is not None:
        notation = _begun("chamfer", at, turned.end(), quantity)
        return replace(notation, nominal=number_of(turned["size"]), angle=number_of(turned["angle"]))
    size = _CHAMFER_SIZE.match(line, at)
    if size is None:
        return None
    nominal = number_of(size["size"])
    sized = with_tails(line, replace(_begun("chamfer", at, size.end(), quantity), nominal=nominal), DEVIATIONS)
    angle = _CHAMFER_ANGLE.match(line, sized.end)
    if angle is None or _counts_angles(nominal, number_of(angle["angle"]), line[sized.end : angle.end() + 3]):
        return None
    core_end = sized.core_end if sized.tolerance else angle.end()
    return replace(sized, angle=number_of(angle["angle"]), end=angle.end(), core_end=core_end)


def _chamfer_by_name(line: str, at: int, quantity: re.Match[str] | None) -> Notation | None:
    """C2, or the word; two digits behind the letter are a steel (EN 10083: C45)."""
    match = _CHAMFER_NAMED.match(line, at)
    if match is None:
        return None
    return replace(_begun("chamfer", at, match.end(), quantity), nominal=number_of(match["letter"] or match["word"]))


def _counts_angles(count: Decimal, angle: Decimal, printed: str) -> bool:
    """Whether `12x 30°` are twelve angles, not a chamfer: too blunt, around the full circle, or a close cross."""
    if count != count.to_integral_value() or count.as_tuple().exponent != 0:
        return False
    around = count * angle == FULL_CIRCLE_DEG and (angle != 45 or "=" in printed)
    return angle >= BLUNT_ANGLE_DEG or around or re.match(r"[xX]\s", printed) is not None


def _angle(line: str, at: int, quantity: re.Match[str] | None) -> Notation | None:
    match = _ANGLE.match(line, at)
    if match is None:
        return None
    notation = _begun("angle", at, match.end(), quantity)
    notation = replace(notation, nominal=amount_of(match["value"]), unit="°", marked=True)
    return with_tails(line, notation, (*DEVIATIONS, "gap", "bound", "sum", "times"))


def _size(line: str, at: int, unit: LengthUnit, quantity: re.Match[str] | None) -> Notation | None:
    match = _SIZE.match(line, at)
    if match is None or _is_no_size(line, match, unit, quantity):
        return None
    symbol, value = clean(match["symbol"] or "").replace(" ", ""), number_of(match["value"])
    if not value and symbol.endswith("Ø"):
        symbol = ""  # A hole of no width: a recogniser saw a sign in the 0 of running dimensions.
    bound: Bound | None = "max" if (match["bound"] or "").lower() == "max" else "min" if match["bound"] else None
    if match["named"]:
        at = match.start("symbol" if match["symbol"] else "value")
    notation = replace(
        _begun(_type_of(symbol), at, match.end(), quantity),
        nominal=value,
        tolerance=f"{match['bound']}." if match["bound"] else "",
        bound=bound,
        reference=bool(match["open"]),
        marked=bool(symbol or match["named"]),
        role=_role_of(match, symbol),
    )
    notation = with_tails(line, _with_unit(line, notation))
    return None if _is_a_designation(line, notation, match, unit) else notation


def _role_of(match: re.Match[str], symbol: str) -> Role | None:
    if match["sink"]:
        return sink_of(match["sink"])
    if match["named"]:
        return "core_hole" if re.match(_pattern(CORE_HOLE), match["named"]) else "thickness"
    return _ROLES.get(symbol)


def _is_no_size(line: str, match: re.Match[str], unit: LengthUnit, quantity: re.Match[str] | None) -> bool:
    if "/" in match["value"]:
        told = match["symbol"] or quantity or unit == "in" or line[match.end() : match.end() + 1] == '"'
        return not told
    return quantity is not None and _are_two_sizes(line, match, quantity)


def _are_two_sizes(line: str, match: re.Match[str], quantity: re.Match[str]) -> bool:
    """`20 x 30` is two lengths, not twenty of 30: a quantity has a sign or a gap, or stands close to its cross.

    Beside a whole number, decimals tell that only the second one is a length (4 x 12,50), and so does a sum.
    """
    if match["gap"]:
        return not (quantity["bracketed"] or quantity["times"])
    if not quantity["times"] or match["symbol"] or match["sink"] or match["open"]:
        return False
    beside = re.search("[.,]", match["value"]) and " " in quantity.group() and int(quantity["times"]) <= MOST_ALIKE
    if re.match(r"\d+[xX] ", quantity.group()) or beside:
        return False
    total = _SUM.match(line, match.end())
    return total is None or number_of(total["sum"]) != int(quantity["times"]) * number_of(match["value"])


def _is_a_designation(line: str, notation: Notation, match: re.Match[str], unit: LengthUnit) -> bool:
    """The size of a datum target or a coating, a material's number, or numbers with a dash or slash (0815-4711)."""
    if _DATUM_TARGET.match(line, notation.end) or _COATING.match(line, notation.end):
        return True
    if notation.marked or notation.quantity_printed:
        return False
    if notation.is_bare and unit == "mm" and _MATERIAL_NUMBER.fullmatch(match["value"]):
        return True
    if line[notation.end : notation.end + 1] == "/" and line[notation.end + 1 : notation.end + 2].isdigit():
        return True
    return match["value"].isdigit() and _DASHED.match(line, match.end()) is not None


def _type_of(symbol: str) -> CalloutType:
    if symbol.endswith("Ø") or symbol.lower().startswith(("dia", "durchm")) or re.match("[Dd].*=", symbol):
        return "diameter"
    return "radius" if symbol.endswith("R") or symbol.lower().startswith(("rad", "ri")) else "linear"


def _with_unit(line: str, notation: Notation) -> Notation:
    unit = _UNIT.match(line, notation.end)
    if unit is None:
        return notation
    return replace(notation, unit="in" if unit["inch"] else "mm", end=unit.end(), core_end=unit.end())


def _in_brackets(line: str, notation: Notation) -> Notation:
    """A reference dimension stands in round brackets (ISO 129-1) or is called one (ASME Y14.5)."""
    if notation.type in ("roughness", "gdt", "general_tolerance", "note"):
        return notation
    before = re.search(r"\(\s?$", line[max(0, notation.start - 2) : notation.start])
    after = re.compile(r"\s?\)").match(line, notation.end)
    if before and after:
        start = max(0, notation.start - 2) + before.start()
        return replace(notation, start=start, end=after.end(), reference=True)
    word = re.compile(r"\s?(?:REF|ref|Ref)\b\.?").match(line, notation.end)
    return replace(notation, end=word.end(), reference=True) if word else notation
