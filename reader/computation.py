"""What standards give the size that an answer is about: said to be computed, never quoted as printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from drawing.callouts import Callout
from drawing.derived import Computed, computed_of
from drawing.reading import Reading
from language import Language
from reader.finding import Finding, Quote
from reader.questions import Question
from reader.vocabulary import Attribute

#: Questions that a computed tolerance helps to answer.
_ASKED = ("tolerance", "upper_limit", "lower_limit", "middle")
#: The one size that is asked for, of the two limits that follow.
_ONE: dict[Language, dict[Attribute, str]] = {
    "de": {"upper_limit": "das obere Grenzmaß", "lower_limit": "das untere Grenzmaß", "middle": "die Toleranzmitte"},
    "en": {"upper_limit": "the upper limit", "lower_limit": "the lower limit", "middle": "the middle of the tolerance"},
}
_LINES: dict[Language, tuple[str, str]] = {
    "de": ("Nach {standard} sind das {deviations}", "also {lower} bis {upper} (berechnet, nicht aufgedruckt)."),
    "en": ("By {standard} that is {deviations}", "so {lower} to {upper} (computed, not printed)."),
}
_ONE_LINE: dict[Language, str] = {
    "de": "Nach {standard} ({deviations}) ist {one} {value} (berechnet, nicht aufgedruckt).",
    "en": "By {standard} ({deviations}) {one} is {value} (computed, not printed).",
}


def with_computed(question: Question, finding: Finding, reading: Reading) -> Finding:
    """The finding with what a standard gives its one size, where a tolerance was asked for and none is printed."""
    sizes = {callout.text: callout for callout in finding.callouts}
    if question.attribute not in _ASKED or len(sizes) != 1:
        return finding
    (callout,) = sizes.values()
    if callout.upper is not None or callout.lower is not None:
        return finding
    computed = _of_the_one_meant(question, computed_of(callout, reading.general_class))
    lines = [_line(found, callout, reading, question) for found in computed]
    quotes = [quote for found in computed for quote in _quotes(found, callout, reading, question.attribute)]
    return replace(finding, computed=" ".join(lines), quotes=(*finding.quotes, *quotes))


def _of_the_one_meant(question: Question, computed: Sequence[Computed]) -> Sequence[Computed]:
    """Of the two classes of a fit the one that the question names, or the hole's for a hole (a capital, ISO 286-1)."""
    classes = [(found, found.standard.split()[-1]) for found in computed]
    named = [found for found, name in classes if re.search(rf"(?<![A-Za-z]){re.escape(name)}(?!\w)", question.text)]
    of_holes = [found for found, name in classes if question.holes and name[:1].isupper()]
    return named or of_holes or computed


def _line(found: Computed, callout: Callout, reading: Reading, question: Question) -> str:
    language = question.language
    one = _ONE[language].get(question.attribute)
    if one is not None:
        value = with_mark(_asked_of(question.attribute, *_limits(found, callout)), reading)
        return _ONE_LINE[language].format(
            standard=found.standard, deviations=_deviations(found, reading), one=one, value=value
        )
    lower, upper = (with_mark(value, reading) for value in _limits(found, callout))
    deviations = _deviations(found, reading)
    said = f"{_LINES[language][0]}, {_LINES[language][1]}"
    return said.format(standard=found.standard, deviations=deviations, lower=lower, upper=upper)


def _asked_of(attribute: Attribute, lower: Decimal, upper: Decimal) -> Decimal:
    return {"upper_limit": upper, "lower_limit": lower}.get(attribute, (lower + upper) / 2)


def _quotes(found: Computed, callout: Callout, reading: Reading, attribute: Attribute) -> list[Quote]:
    limits = _limits(found, callout)
    sizes = limits if attribute == "tolerance" else (_asked_of(attribute, *limits),)
    texts = [_deviations(found, reading), *(with_mark(value, reading) for value in sizes)]
    if found.standard.startswith("ISO 286"):
        texts.append(found.standard)  # a fit's class is printed, but not the standard that it comes from
    return [Quote(text, callout.words, computed=True) for text in texts]


def _limits(found: Computed, callout: Callout) -> tuple[Decimal, Decimal]:
    nominal = callout.nominal or Decimal(0)
    return nominal + found.lower, nominal + found.upper


def _deviations(found: Computed, reading: Reading) -> str:
    if found.upper == -found.lower:
        return f"±{with_mark(found.upper, reading)}"
    return "/".join(_signed(value, reading) for value in (found.upper, found.lower))


def _signed(value: Decimal, reading: Reading) -> str:
    return ("+" if value > 0 else "") + with_mark(value, reading)


def with_mark(value: Decimal, reading: Reading) -> str:
    """A number with the sheet's own decimal mark, else a comma (ISO 80000-1), and without last zeros."""
    text = f"{value.normalize():f}"
    marks = "".join(mark for word in reading.words for mark in re.findall(r"\d([.,])\d", word.text))
    return text if marks.count(".") > marks.count(",") else text.replace(".", ",")
