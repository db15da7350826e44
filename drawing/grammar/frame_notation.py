"""Feature control frames as lettering: characteristic, value, modifiers, datums (ISO 1101, ISO 5459, ASME Y14.5)."""

from __future__ import annotations

import re

from drawing.grammar.notation import DONE, MODIFIER, NUMBER, Notation, number_of

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
    "⏊": "perpendicularity",
    "∠": "angularity",
    "⌖": "position",
    "⊕": "position",
    "◎": "concentricity",
    "©": "concentricity",
    "⌯": "symmetry",
    "↗": "circular_runout",
    "⌰": "total_runout",
    "⌿": "total_runout",
}
#: Wider than any tolerance zone: what a bare symbol stands before is then something else.
WIDEST_ZONE = 100

_LETTER = r"[A-HJ-NP-Z](?![a-z])"
_DATUM = rf"{_LETTER}(?:\s?-\s?{_LETTER})?"
_MODIFIERS = rf"(?:\s?{MODIFIER}(?:\s?\d{{1,3}}(?:[.,]\d{{1,3}})?(?=\s|$|\|))?){{0,4}}"
_CELL = r"\s{0,4}[|\]]?\s{0,4}"
_FRAME = re.compile(
    rf"""(?<![^\s|\[])\[?(?:(?P<symbol>{"|".join(map(re.escape, CHARACTERISTICS))}){_CELL})?
        (?:S?[ØΦφ]\s?)?(?P<value>{NUMBER}){DONE}(?:\s?/\s?\d{{1,4}}(?:x\d{{1,4}})?)?(?P<modifiers>{_MODIFIERS})
        (?P<datums>(?:(?:\s{{1,4}}\|?\s{{0,4}}|\|\s{{0,4}}){_DATUM}{_MODIFIERS}(?=\s|$|[|\]])){{0,3}})""",
    re.VERBOSE,
)
_END = re.compile(r"[\s|\]]*$")
_EACH_DATUM = re.compile(rf"(?:^|[\s|])({_DATUM})(?P<modifiers>{_MODIFIERS})(?=[\s|\]]|$)")


def frame_at(line: str, at: int) -> Notation | None:
    """A feature control frame at `at`: by its symbol, or by a small value and datum letters that end the line."""
    match = _FRAME.match(line, at)
    if match is None or number_of(match["value"]) > WIDEST_ZONE:
        return None
    each = list(_EACH_DATUM.finditer(match["datums"]))
    datums = tuple("".join(found[1].split()) for found in each)
    closed = _END.match(line, match.end()) is not None
    if not match["symbol"] and not (datums and closed and re.search(r"[.,]", match["value"])):
        return None
    return Notation(
        type="gdt",
        start=at,
        end=match.end(),
        core_start=at,
        core_end=match.end(),
        nominal=number_of(match["value"]),
        marked=True,
        sign_missing=not match["symbol"],
        characteristic=CHARACTERISTICS.get(match["symbol"] or ""),
        datums=datums,
        modifiers=modifiers_in(match["modifiers"] + "".join(found["modifiers"] for found in each)),
    )


def modifiers_in(printed: str) -> tuple[str, ...]:
    """The modifiers of a text as their signs: `M`, `(M)` and Ⓜ are one."""
    letters = (sign.strip("()") for sign in re.findall(MODIFIER, printed))
    return tuple(chr(ord("Ⓐ") + ord(sign) - ord("A")) if sign in "MLPFE" else sign for sign in letters)
