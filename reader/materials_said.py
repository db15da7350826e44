"""Materials as people call them in a question, held against the one that a sheet names."""

from __future__ import annotations

import re

from drawing.materials import MATERIAL
from reader.neighbourhood import same_word, tokens

#: Families of materials: what people call all of one, and how its members are designated (EN 10027, EN 573-1,
#: EN 1412, ISO 1043-1).
_FAMILIES: tuple[tuple[str, str], ...] = (
    (
        r"aluminium|aluminum|\balu\b",
        r"alumini?um|\balu|\ben[ -]?aw|\bal(?:mg|si|cu|zn)|\b[2567]0\d\d\b|\b3\.\d{4}\b",
    ),
    (
        r"stahl|steel|\beisen|\biron\b",
        r"stahl|steel|inox|niro|\b1\.[0-8]\d{3}\b|\bs[2-9]\d5|\bc\d{2}[er]?\b|\b\d+cr\w+|\bx\d+cr|\b(?:aisi"
        r"|sae)\b|\be295",
    ),
    (r"messing|brass", r"messing|brass|cuzn|\bms\s?\d\d"),
    (r"bronze", r"bronze|cusn|\brg\s?7"),
    (r"kupfer|copper", r"kupfer|copper|\bcu-"),
    (r"titan\w*", r"\btitan|\bti-?6al|\btial"),
    (
        r"kunststoff|plastik|plastic|polymer",
        r"kunststoff|plasti|poly\w+|\b(?:pla|abs|petg?|pom|pa\s?\d+|pmma|peek|ptfe|pvc|hdpe|pp|pc|tpu)\b"
        r"|nylon|delrin|teflon"
        r"|acryl",
    ),
    (r"holz|wood|wooden", r"holz|wood"),
    (r"gummi|rubber", r"gummi|rubber|\b(?:nbr|epdm|fkm)\b|sili[ck]on"),
)
_STAINLESS = r"edelstahl|rostfrei|stainless|inox|niro|\b1\.4\d{3}\b|\bx\d+cr|\baisi 3|\bv[24]a\b"
_SAID = re.compile(
    rf"(?i)(?:^(?:ist|is) (?:es|das(?: teil)?|it|this|the part)\s+(?:\w+em\s+)?|\b(?:aus|of|from"
    rf"|in)\s+(?:\w+em\s+)?|\b(?:material"
    rf"|werkstoff)\b.*?\b)(?P<said>(?-i:{MATERIAL.replace('?P<value>', '?:')})"
    rf"|\w*(?:{'|'.join(general for general, _ in _FAMILIES)})|edelstahl|inox|niro|v[24]a)(?!\w)"
)


def material_said(question: str) -> str | None:
    """The material that a question claims: *aus Alu*, *of stainless steel*."""
    match = _SAID.search(question)
    return match["said"] if match else None


def agree(claim: str, printed: str) -> bool | None:
    """Whether a printed material is the claimed one; `None` where that takes more than their names."""
    said, held = claim.lower(), printed.lower()
    if re.search(_STAINLESS, said):
        stainless = re.search(_STAINLESS, held) is not None
        return True if stainless else False if _families(held) and not _is_steel(held) else None
    if said in held or all(any(same_word(a, b) for b in tokens(held)) for a in tokens(said)):
        return True
    mine, theirs = _families(said), _families(held)
    if not mine or not theirs:
        return None
    if mine.isdisjoint(theirs):
        return False
    return True if any(re.fullmatch(rf"\w*(?:{general})", said) for general, _ in _FAMILIES) else None


def _families(text: str) -> set[str]:
    return {general for general, members in _FAMILIES if re.search(members, text)}


def _is_steel(text: str) -> bool:
    return re.search(_FAMILIES[1][1], text) is not None
