"""The forms of a title block's values: dates, scales, paper sizes, and what can stand in each field."""

from __future__ import annotations

import re

from drawing.labels import FieldName

DATE = (
    r"\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}-\d{1,2}-\d{4}"
    r"|\d{1,2}[. -]\s?[A-Za-zÄä]{3,9}[. -]\s?\d{4}|\d{4}/\d{2}/\d{2}"
    r"|(?i:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)(?i:[a-zä]{0,6})\.?\s\d{4}"
)
SCALE = r"\d+(?:[.,]\d+)?\s?:\s?\d+(?:[.,]\d+)?"
#: How the names of companies end.
LEGAL_FORMS = r"GmbH|AG|KG|OHG|SE|Inc|LLC|L\.L\.C\.|Ltd|Limited|Corp|Corporation|S\.?p\.?A|S\.?r\.?l|B\.?V\.?|AB|Oy|PLC"
PAPER = r"A[0-5](?![\w-])(?:\s?[xX]\s?\d)?"

#: A value's whole form, by field; a field that is not here may say anything.
FORMS: dict[FieldName, str] = {
    "scale": rf"(?:M\s?)?{SCALE}|NTS|(?i:none|ohne)",
    "sheet": r"[\dIl]{1,3}(?:\s?(?:/|(?i:of|von))\s?[\dIl]{1,3})?",
    "paper": rf"(?:DIN\s)?{PAPER}|[A-E]|(?i:letter|legal|tabloid)",
    "mass": r"[~≈]?\s?(?:\d+(?:[.,]\d+)?|[.,]\d+)\s?(?i:kg|g|lbs?|lbm|t|kilograms|grams|pounds)?\.?",
    "date": DATE,
    "drawn_date": DATE,
    "checked_date": DATE,
    "approved_date": DATE,
    "revision": r"(?:(?i:rev)\.?\s)?[A-Za-z]{0,3}[ .-]?\d{0,3}(?:\.\d{1,2})?",
    "quantity": r"\d+\s?(?:x|Stk\.?|Stück|pcs\.?|pieces)?",
    "linear_tolerance": r".*\d.*",
    "angular_tolerance": r".*\d.*",
    "general_tolerance": r".*\d.*",
    "title": r".*[^\W\d_]{2}.*",
    "material": r".*[^\W\d_].*|\d\.\d{4}",
    "drawn_by": r"[^\W\d_][^\d:]{1,40}",
    "checked_by": r"[^\W\d_][^\d:]{1,40}",
    "approved_by": r"[^\W\d_][^\d:]{1,40}",
    "drawing_number": rf"(?!(?:{PAPER}|{DATE})$)(?=.*[\dA-Z_]).{{2,60}}",
    "part_number": rf"(?!(?:{PAPER}|{DATE})$)(?=.*[\dA-Z_]).{{2,60}}",
}
#: Fields whose form tells a value from any other lettering.
STRICT: tuple[FieldName, ...] = ("scale", "sheet", "paper", "mass", "date")


def fits(name: FieldName, text: str) -> bool:
    """Whether a text can be the value of a field, by its form."""
    return bool(text.strip()) and re.fullmatch(FORMS.get(name, r".+"), text.strip()) is not None
