"""Standards that a sheet names: its general tolerances, and the rules that its tolerances are read by."""

from __future__ import annotations

import re

from drawing.grammar.deviations import PLUS_MINUS
from drawing.grammar.notation import AMOUNT, CalloutType, Notation, amount_of, clean

_PART = r"(?:\s?[-/]?\s?(?:T|Teil|Part)?\s?[12](?![\d,.]))?"
#: ISO 2768-1/-2 (EN 22768, DIN 7168), ISO 22081, ISO 13920 (welding), ISO 8062 and DIN 1683-1688 (castings), DIN 16742,
#: DIN 16901 and ISO 20457 (plastics), DIN 6930 (stampings), ISO 9013 (thermal cutting).
_GENERAL = re.compile(
    rf"""(?<!\w)(?:
        (?:DIN[ -]?)?(?:EN[ -]?)?(?:ISO[ -]?)?(?:2768|22768|7168|22081){_PART}
            (?:\s?[-(]?\s?(?:[fmcvFMCV][HKLRSTUhklrstu]?(?:-E)?(?!\w)|[HKL](?!\w)|(?i:sehr\sgrob|fein|mittel|grob|fine|medium|coarse)\b))?
            (?:\s?[,-]?\s?[HKL](?!\w))?\)?
      | (?:DIN[ -]?)?(?:EN[ -]?)?ISO[ -]?13920(?:\s?-?\s?[A-D]?[E-H]?(?!\w))?
      | (?:DIN[ -]?)?(?:EN[ -]?)?ISO[ -]?(?:8062|20457|9013)(?:\s?-\s?\d(?!\d))?
            (?:\s?-?\s?[A-Z]{{1,4}}\s?\d{{0,2}}(?!\w))?
      | DIN[ -]?(?:1683|1684|1685|1686|1687|1688|16742|16901|6930)(?:-\d)?(?:\s?-?\s?[A-Z]{{1,4}}\s?\d{{0,2}}(?!\w))?
    )(?:\s?[:;-]?\s?(?:{PLUS_MINUS}\s?)?(?P<value>0?[.,]\d{{1,3}})(?![\d.,])(?:\s?mm\b)?)?""",
    re.VERBOSE,
)
_STATED = re.compile(
    rf"""(?<![\w.,])(?:
        (?P<all>(?i:allgemeintoleranz(?:en)?|freima(?:ß|ss)toleranz(?:en)?
           |(?:(?:general|standard|default)\s(?:linear\s)?)?tolerances?|toleranz(?:en)?
           |all\sdimensions|alle\sma(?:ß|ss)e
           |unless\sotherwise\s(?:specified|stated|noted))
           (?i:,?\s(?:unless(?:\sotherwise)?|if\snot(?:\sotherwise)?)\s(?:specified|stated|noted|indicated)
           |,?\s(?:wenn|sofern|soweit|falls)\snicht\sanders\s\w+|\s(?:are|is|sind|ist|of|von))?)
      | (?i:(?:angular|angles?|linear|fractional|fractions|winkel|längen)(?:\stolerances?)?(?:\s?:?\s?mach)?|bend
           |(?:one|two|three|four)\splace\sdecimals?)
      | (?P<places>[X0]?[.,]?X(?:[.,]?X){{0,3}}°?)
    )\s*[:=]?\s*(?:{PLUS_MINUS}|\t)\s?(?P<value>{AMOUNT})(?![\d/]|[.,]\d)(?:[ ]?(?:mm\b|\"|°))?""",
    re.VERBOSE,
)
#: Principles and systems (ISO 8015, ISO 14405, ASME Y14.5), which tell how tolerances are meant but state none.
_RULES = re.compile(
    r"(?<!\w)(?:(?:DIN[ -]?)?(?:EN[ -]?)?ISO[ -]?(?:8015|14405|1101|5459|1302|21920|13715)|ASME[ -]?Y\s?14\.5M?)"
    r"(?:-\d{1,4}){0,3}(?!\w)"
)
_STANDARD = re.compile(
    r"(?<!\w)(?:DIN|EN|ISO|ASME|ANSI|BS|JIS|AISI|SAE|ASTM|VDI|GOST)(?:[ /-](?:EN|ISO)){0,2}"
    r"[ -]?[A-Z]?\d[\d.]{0,9}(?:-\d{1,4}){0,3}"
)


def general_tolerance_at(line: str, at: int) -> Notation | None:
    """The general tolerance that begins at `at`: a standard with its class, or deviations for all sizes."""
    match = _GENERAL.match(line, at)
    if match is not None and re.match("DIN|EN|ISO", match.group()):
        return _note(match, "general_tolerance")
    match = _STATED.match(line, at)
    if match is None or (match["places"] and "\t" in match.group()):
        return None
    return _note(match, "general_tolerance")


def _note(match: re.Match[str], kind: CalloutType) -> Notation:
    """A ± before the value makes it a deviation; else it is the width of a tolerance zone (ISO 22081)."""
    printed = match.groupdict().get("value")
    value = amount_of(printed) if printed else None
    deviation = value if value is not None and re.search(rf"{PLUS_MINUS}|\t", match.group()) else None
    return Notation(
        type=kind,
        start=match.start(),
        end=match.end(),
        core_start=match.start(),
        core_end=match.end(),
        nominal=None if deviation is not None else value,
        upper=deviation,
        lower=None if deviation is None else -deviation,
        tolerance=_printed(match, printed) if deviation is not None else "",
        marked=True,
        sign_missing="\t" in match.group() and re.search(PLUS_MINUS, match.group()) is None,
        designation=clean(match.group()),
    )


def _printed(match: re.Match[str], value: str | None) -> str:
    """The deviation alone where it holds for all sizes, else with what it holds for (`.XX ±.01`)."""
    return f"±{value}" if match.groupdict().get("all") else clean(match.group())


def rule_at(line: str, at: int) -> Notation | None:
    """A standard at `at` that tells how the sheet's tolerances are read."""
    match = _RULES.match(line, at)
    return None if match is None else _note(match, "note")


def standard_end(line: str, at: int) -> int | None:
    """Where the name of any other standard that begins at `at` ends."""
    match = _STANDARD.match(line, at)
    return None if match is None else match.end()
