"""How materials are written on drawings: numbers, short names and trade names, without a label to tell them.

Sources: EN 10027-1/-2 (steel names and numbers), EN 573-1/-3 (wrought aluminium), ISO 1043-1 (plastics), AISI/SAE, UNS.
"""

from __future__ import annotations

_STEEL = (
    r"(?<![\d.])[1-3]\.\d{4}(?![\d.]*\d)|\b(?:S|P|E|L)\s?\d{3}[A-Z]{0,3}\d?(?:\+[A-Z]{1,2})?\b(?=\D|$)|\bC\d{2}[EREDC]?\b"
    r"|\b\d{1,3}(?:Cr|Mn|Ni|Mo|Si|CrMo|CrNiMo|MnCr|NiCr|CrV)\w*(?:-\d+)*|\bX\d{1,3}Cr\w*(?:-\d+)*"
    r"|\b(?:AISI|SAE|SUS)\s?\d{3,4}[A-Z]?\b"
)
_ALUMINIUM = r"\b(?:EN\s?AW-?\s?)\d{4}[A-Z]?(?:[ -]T\d{1,3})?|\bAl(?:Mg|Si|Cu|Zn)\w*(?:\s?[FT]\d+)?"
_NAMED = (
    r"(?i:\b(?:stainless steel|tool steel|spring steel|mild steel|carbon steel|steel|edelstahl|baustahl|federstahl"
    r"|werkzeugstahl|stahl|alumini?um|messing|brass|bronze|kupfer|copper|titanium|titan|magnesium|gusseisen|cast iron"
    r"|grauguss|polycarbonate?|polyamide?|polyethylene?|polypropylene?|acrylic|acryl(?:glas)?|nylon|delrin|teflon"
    r"|plywood|sperrholz|holz|wood|rubber|gummi|silikon|silicone|carbon fib(?:er|re)|cfk"
    r"|gfk)\b)(?:\s\d{3,4}(?:-T\d+)?\b)?"
)
_PLASTIC = (
    r"\b(?:PLA|ABS|PETG?|PA\s?(?:6|11|12|66)(?:-?GF\d+)?|POM(?:-[CH])?|PMMA|PEEK|PTFE|PVC|PE-?HD|HDPE|PP|PC|TPU|NBR"
    r"|EPDM|FR-?4)\b"
)

#: The condition of delivery (EN 10027-1): +QT, +N, +SH.
_CONDITION = r"(?:\s?\+[A-Z]{1,3}(?:\+[A-Z]{1,3})?(?!\w))?"

#: A material by its form alone.
MATERIAL = rf"(?P<value>(?:{_ALUMINIUM}|{_STEEL}|{_NAMED}|{_PLASTIC}){_CONDITION})"
