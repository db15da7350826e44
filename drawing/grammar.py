"""The grammar of callouts: what one line of lettering says in numbers and signs.

Sources: ISO 129-1 (dimensions), ISO 286-1 (fits), ISO 965-1, ISO 2904, ISO 228-1 and ASME B1.1 (threads), ISO 1302 and
ISO 21920-1 (roughness), ISO 2768-1/-2, ISO 22081 and DIN 7168 (general tolerances), ISO 1101 (geometrical tolerances).
A tab in a line is a gap as wide as a symbol that is drawn, not written (Ø, ↧ and ± in many CAD exports).
"""

from __future__ import annotations

import re
from dataclasses import replace

from drawing.notation import DONE, FIT, NUMBER, Bound, CalloutType, Notation, Role, clean, masked, normal, number_of
from drawing.tails import with_tails

#: Characteristics of ISO 1101 by symbol, with what a recogniser writes for some of them.
CHARACTERISTICS = {
    "⏤": "straightness",
    "⏥": "flatness",
    "▱": "flatness",
    "○": "circularity",
    "⌭": "cylindricity",
    "⌒": "line_profile",
    "⌓": "surface_profile",
    "∥": "parallelism",
    "//": "parallelism",
    "⊥": "perpendicularity",
    "⟂": "perpendicularity",
    "∠": "angularity",
    "⌖": "position",
    "⊕": "position",
    "◎": "concentricity",
    "©": "concentricity",
    "⌯": "symmetry",
    "↗": "circular_runout",
    "⌰": "total_runout",
}


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.VERBOSE)


_QUANTITY = r"""(?:\(\s?(?P<q1>\d{1,3})\s?[xX]\s?\)|(?P<q2>\d{1,3})[ ]?[xX]|(?P<q3>\d{1,3})[ ]?-(?=[ ]?[ØRM][ ]?\d)
    |(?P<q4>\d{1,3})[ ]?(?i:holes?|bohrungen|löcher|places|stück|stk\.?|off)(?=[ ]))[ ]*"""
_THREAD = _pattern(
    rf"""(?<![\w.,/])(?P<quantity>{_QUANTITY})?(?P<thread>
        M\s?(?P<m>\d{{1,3}}(?:[.,]\d{{1,2}})?)(?:\s?[x*]\s?{NUMBER})?
      | Tr\s?(?P<tr>\d{{1,3}})\s?x\s?{NUMBER}(?:\s?\(?P\s?{NUMBER}\)?)?
      | Rd\s?(?P<rd>\d{{1,3}})\s?x\s?\d{{1,2}}(?:/\d{{1,2}})?
      | (?:G|Rp|Rc)\s?(?:\d\s)?\d{{1,2}}/\d{{1,2}}"?(?:\s?[AB]\b)?
      | G\s?\d{DONE}"?(?:\s?[AB]\b)?
      | (?:\#?\d{{1,2}}|(?:\d\s)?\d{{1,2}}/\d{{1,2}}"?|\d?[.,]\d{{2,4}})\s?-\s?\d{{1,2}}\s?UN(?:C|F|EF|S)?
      | (?:\d\s)?\d{{1,2}}/\d{{1,2}}"?(?:\s?-\s?\d{{1,2}}(?:[.,]\d)?)?\s?(?:NPTF?|BSP[TP]?)
    )(?!\w|[.,]\d)
    (?:\s?-?\s?(?P<class>(?:[3-9][GHeghf]){{1,2}}(?:/(?:[3-9][eghf]){{1,2}})?|[123][AB])(?!\w))?
    (?:\s?-?\s?(?:LH|RH)(?!\w))?"""
)
_CHAMFER = _pattern(
    rf"""(?<![\w.,])(?P<quantity>{_QUANTITY})?(?:
        (?P<c1>{NUMBER})\s?(?:mm)?\s?x\s?{NUMBER}\s?°
      | {NUMBER}\s?°\s?x\s?(?P<c2>{NUMBER})
      | C\s?(?P<c3>{NUMBER})(?!\w)
      | (?i:chamfer|fasen?)\s?(?P<c4>{NUMBER})(?:\s?x\s?{NUMBER}\s?°)?
    ){DONE}"""
)
_ROUGHNESS = _pattern(rf"(?<![A-Za-z])(?P<kind>R(?:a|z|max|t|q|A|Z))\s*=?\s*(?P<value>{NUMBER}){DONE}(?![A-Za-z])")
_GENERAL = _pattern(
    rf"""(?<!\w)(?:
        (?:(?:DIN\s?)?(?:EN\s?)?ISO\s?(?:2768|22081)|DIN\s?7168)(?:-[12](?!\d))?
        (?:\s?-?\s?(?:[fmcvFMCV][HKLhkl]?(?:-E)?\b|(?i:fein|mittel|grob|fine|medium|coarse)\b))?
      | (?i:allgemeintoleranz(?:en)?|freima(?:ß|ss)toleranz(?:en)?|general\ tolerances?)\s*:?\s*(?:±|\t)\s?
        (?P<value>{NUMBER})(?:[ ]?(?:mm|°))?)"""
)
#: Ⓜ, Ⓛ and the like of ISO 2692; letters in circles come as bare letters from many text layers.
_MODIFIER = r"(?:\s?(?:[ⓂⓁⓅ]|\([ML]\)|[ML](?=\s|$)))?"
_DATUM = r"[A-HJ-Z](?:-[A-HJ-Z])?"
_FRAME = _pattern(
    rf"""(?<![^\s|\[])(?:(?P<symbol>{"|".join(map(re.escape, CHARACTERISTICS))})\s*)?
        (?:[ØΦφ]\s?)?(?P<value>{NUMBER})(?:\s?CZ)?{_MODIFIER}
        (?P<datums>(?:\s+\|?\s?{_DATUM}{_MODIFIER}(?=\s|$)){{0,3}})"""
)
_DIMENSION = _pattern(
    rf"""(?<![\w.,+±_/-])(?P<quantity>{_QUANTITY})?(?P<gap>\t)?(?P<sink>[⌴⌵]\s*)?
        (?:(?P<bound>(?i:max|min))\b\.?\s?)?(?P<symbol>S?Ø|SR|R|□|SW|[ts]\s?=)?\s?(?P<value>{NUMBER}){DONE}
        (?!-[A-Za-z]|/\d)(?!(?!(?:mm|in|max|min|tief|deep|thk|thick|dick)\b|{FIT}\b)[A-Za-z_])"""
)
_UNIT = re.compile(r"\s?(?:mm\b|in\b|\"(?!\w)|°)")
_STANDARD = re.compile(r"(?<!\w)(?:DIN|EN|ISO|ASME|ANSI|BS|JIS)(?:[ /-](?:EN|ISO))*[ -]?[A-Z]?\d[\d.]*(?:-\d+)*")
_WORTH_A_LOOK = re.compile(r"(?<![a-z])[a-z]|[^a-z\s\0]")

_ROLES: dict[str, Role] = {
    "⌴": "counterbore",
    "⌵": "countersink",
    "SW": "across_flats",
    "t=": "thickness",
    "s=": "thickness",
}


def scan(text: str, *, recognised: bool = False) -> tuple[Notation, ...]:
    """The callouts of one line, left to right; never raises. `recognised`: read by OCR, which writes 0 for Ø."""
    line = masked(normal(text))
    found: list[Notation] = []
    at = _next(line, 0)
    while at < len(line):
        standard = _STANDARD.match(line, at)
        notation = _notation(line, at, recognised)
        if notation is not None:
            found.append(notation)
        at = _next(line, max(at + 1, notation.end if notation else standard.end() if standard else 0))
    return tuple(found)


def _next(line: str, at: int) -> int:
    """The next place where a callout may begin, else the line's end."""
    match = _WORTH_A_LOOK.search(line, at)
    return match.start() if match else len(line)


def _notation(line: str, at: int, recognised: bool) -> Notation | None:
    for rule in (_general, _thread, _chamfer, _roughness):
        notation = rule(line, at)
        if notation is not None:
            return notation
    if _STANDARD.match(line, at):
        return None
    return _frame(line, at) or _dimension(line, at, recognised)


def _counted(kind: CalloutType, match: re.Match[str]) -> Notation:
    """A notation of this kind over the whole match, with the quantity that it begins with."""
    start, end = match.span()
    printed = next((match[name] for name in ("q1", "q2", "q3", "q4") if match[name]), None)
    if printed is None:
        return Notation(kind, start, end, start, end)
    return Notation(kind, start, end, match.end("quantity"), end, quantity=max(1, int(printed)), quantity_printed=True)


def _general(line: str, at: int) -> Notation | None:
    match = _GENERAL.match(line, at)
    if match is None:
        return None
    value = number_of(match["value"]) if match["value"] else None
    return Notation(
        "general_tolerance",
        at,
        match.end(),
        at,
        match.end(),
        upper=value,
        lower=None if value is None else -value,
        tolerance=f"±{match['value']}" if match["value"] else "",
        marked=True,
        sign_missing="\t" in match.group(),
        designation=clean(match.group()),
    )


def _thread(line: str, at: int) -> Notation | None:
    match = _THREAD.match(line, at)
    if match is None:
        return None
    size = next((match[name] for name in ("m", "tr", "rd") if match[name]), None)
    thread = replace(
        _counted("thread", match),
        nominal=number_of(size) if size else None,
        fit=match["class"],
        marked=True,
        designation=clean(line[match.start("thread") : match.end()]),
    )
    return with_tails(line, thread, ("depth", "deep", "gap_depth", "times"))


def _chamfer(line: str, at: int) -> Notation | None:
    match = _CHAMFER.match(line, at)
    if match is None:
        return None
    size = next(match[name] for name in ("c1", "c2", "c3", "c4") if match[name])
    chamfer = replace(_counted("chamfer", match), nominal=number_of(size), marked=True)
    return with_tails(line, chamfer, ("plus_minus", "both"))


def _roughness(line: str, at: int) -> Notation | None:
    match = _ROUGHNESS.match(line, at)
    if match is None:
        return None
    kind = match["kind"][0] + match["kind"][1:].lower()
    value = number_of(match["value"])
    return Notation("roughness", at, match.end(), at, match.end(), nominal=value, marked=True, designation=kind)


def _frame(line: str, at: int) -> Notation | None:
    """A feature control frame: by its symbol, or by a small value and datum letters that end the line."""
    match = _FRAME.match(line, at)
    if match is None:
        return None
    datums = tuple(re.findall(rf"({_DATUM}){_MODIFIER}", match["datums"]))
    closed = not line[match.end() :].strip(" \t|]")
    if not match["symbol"] and not (datums and closed and re.search(r"[.,]", match["value"])):
        return None
    return Notation(
        "gdt",
        at,
        match.end(),
        at,
        match.end(),
        nominal=number_of(match["value"]),
        marked=True,
        sign_missing=not match["symbol"],
        characteristic=CHARACTERISTICS.get(match["symbol"] or ""),
        datums=datums,
    )


def _dimension(line: str, at: int, recognised: bool) -> Notation | None:
    match = _DIMENSION.match(line, at)
    if match is None or line[at].isspace() or _is_a_size(match):
        return None
    symbol, value = clean(match["symbol"] or "").replace(" ", ""), match["value"]
    if recognised and not symbol and re.fullmatch(r"0\d+(?:[.,]\d+)?", value):
        symbol, value = "Ø", value[1:]
    drawn = bool(match["gap"]) and not symbol
    bound: Bound | None = "max" if (match["bound"] or "").lower() == "max" else "min" if match["bound"] else None
    notation = replace(
        _counted("diameter" if drawn else _type_of(symbol), match),
        nominal=number_of(value),
        tolerance=f"{match['bound']}." if match["bound"] else "",
        bound=bound,
        marked=bool(symbol),
        sign_missing=drawn,
        role=_ROLES.get((match["sink"] or symbol).strip()),
    )
    return _in_brackets(line, with_tails(line, _with_unit(line, notation)))


def _is_a_size(match: re.Match[str]) -> bool:
    """`20 x 30` is two lengths, not twenty of 30: a quantity has a sign, a gap or stands close to its cross."""
    if match["gap"] and not match["q1"] and not match["q2"]:
        return True
    return bool(match["q2"]) and not match["symbol"] and not match["gap"] and not re.match(r"\d+[xX] ", match.group())


def _type_of(symbol: str) -> CalloutType:
    if symbol.endswith("Ø"):
        return "diameter"
    return "radius" if symbol in ("R", "SR") else "linear"


def _with_unit(line: str, notation: Notation) -> Notation:
    unit = _UNIT.match(line, notation.end)
    if unit is None:
        return notation
    angle = "°" in unit.group()
    kind: CalloutType = "angle" if angle else notation.type
    return replace(notation, type=kind, end=unit.end(), core_end=unit.end(), marked=notation.marked or angle)


def _in_brackets(line: str, notation: Notation) -> Notation:
    """A reference dimension stands in round brackets (ISO 129-1)."""
    before, after = line[: notation.start].rstrip(), line[notation.end :].lstrip()
    if not (before.endswith("(") and after.startswith(")")):
        return notation
    end = len(line) - len(after) + 1
    return replace(notation, start=len(before) - 1, end=end, reference=True)
