"""What a sentence says of one callout: its size, tolerance, fit, limits, depth or pitch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from drawing.callouts import Callout
from reader.finding import Caveat, Finding, Phrase, Quote, alike, of_callout
from reader.questions import Question
from reader.vocabulary import Attribute


def value_of(
    question: Question, callout: Callout, among: Sequence[Callout], phrase: Phrase, *, near: str = ""
) -> Finding:
    """The size itself, wherever it stands among the callouts left; `near` names the caption that chose it."""
    same = alike(callout, among)
    noun = question.feature if question.feature not in (None, "size") else callout.type
    text = callout.size
    if callout.depth_text and question.feature in ("counterbore", "countersink"):
        text = f"{text} ↧ {callout.depth_text}"
    caveats: list[Caveat] = ["sign_missing"] if callout.sign_missing else []
    if callout.type == "diameter" and callout.source == "ocr" and phrase != "value":
        caveats.append("diameter_ocr")
    quotes = tuple(of_callout(c, text) for c in same)
    return Finding(phrase, noun or "size", quotes, of=near, caveats=tuple(caveats), callouts=same)


def _tolerance(question: Question, callout: Callout) -> Finding:
    limits = limits_of(callout)
    if question.both_limits and limits and callout.limits is None:
        quotes = tuple(Quote(_printed(limit, callout), callout.words, computed=True) for limit in limits)
        return Finding("both_limits", of=callout.text, quotes=(*quotes, of_callout(callout)), callouts=(callout,))
    if callout.limits is not None:
        return Finding("limits", quotes=(of_callout(callout, callout.size),), callouts=(callout,))
    if not callout.tolerance and callout.fit:
        return fit_of(question, callout)
    if not callout.tolerance:
        return Finding("no_tolerance", of=core_of(callout), callouts=(callout,))
    one = (callout.upper is None) != (callout.lower is None)
    caveats: tuple[Caveat, ...] = ("one_deviation",) if one else ()
    quotes = (of_callout(callout, callout.tolerance), of_callout(callout, core_of(callout)))
    return Finding("tolerance", of=core_of(callout), quotes=quotes, caveats=caveats, callouts=(callout,))


def fit_of(question: Question, callout: Callout) -> Finding:
    """The fit of a callout; where it has none, its tolerance."""
    if callout.fit is None:
        return _tolerance(question, callout)
    quotes = (of_callout(callout, callout.fit), of_callout(callout, core_of(callout)))
    return Finding("fit", of=core_of(callout), quotes=quotes, callouts=(callout,))


def _limit(question: Question, callout: Callout) -> Finding:
    if callout.bound and callout.limits is None:
        return Finding("value", callout.type, (of_callout(callout),), callouts=(callout,))
    limits = limits_of(callout)
    if limits is None and callout.fit:
        return fit_of(question, callout)
    if limits is None:
        return Finding("no_tolerance", of=core_of(callout), callouts=(callout,))
    upper = question.attribute == "upper_limit"
    value = limits[1] if upper else limits[0]
    computed = callout.limits is None
    quotes = (Quote(_printed(value, callout), callout.words, computed=computed), of_callout(callout))
    return Finding("upper_limit" if upper else "lower_limit", of=callout.text, quotes=quotes, callouts=(callout,))


def _middle(question: Question, callout: Callout) -> Finding:
    limits = limits_of(callout)
    if limits is None:
        return _tolerance(question, callout)
    middle = Quote(_printed(sum(limits, Decimal(0)) / 2, callout), callout.words, computed=True)
    return Finding("middle", of=callout.text, quotes=(middle, of_callout(callout)), callouts=(callout,))


def limits_of(callout: Callout) -> tuple[Decimal, Decimal] | None:
    """Lower and upper limit, printed or computed from both deviations."""
    if callout.limits is not None:
        return callout.limits
    if callout.nominal is None or callout.upper is None or callout.lower is None:
        return None
    return callout.nominal + callout.lower, callout.nominal + callout.upper


def _printed(value: Decimal, callout: Callout) -> str:
    """A limit in the sheet's own decimal mark."""
    return str(value).replace(".", ",") if "," in callout.text else str(value)


def _depth(question: Question, callout: Callout) -> Finding:
    if callout.depth is None:
        return Finding("no_depth", of=core_of(callout), callouts=(callout,))
    caveats: tuple[Caveat, ...] = ("sign_missing",) if callout.sign_missing else ()
    quotes = (of_callout(callout, callout.depth_text), of_callout(callout, core_of(callout)))
    return Finding("depth", of=core_of(callout), quotes=quotes, caveats=caveats, callouts=(callout,))


def _pitch(question: Question, callout: Callout) -> Finding:
    pitch = callout.designation.lower().partition("x")[2].split("-")[0].strip()
    if callout.type != "thread" or not pitch:
        return Finding("absent", "pitch", callouts=(callout,))
    quotes = (of_callout(callout, pitch), of_callout(callout, callout.designation))
    return Finding("pitch", of=callout.designation, quotes=quotes, callouts=(callout,))


ATTRIBUTES: dict[Attribute, Callable[[Question, Callout], Finding]] = {
    "tolerance": _tolerance,
    "fit": fit_of,
    "upper_limit": _limit,
    "lower_limit": _limit,
    "middle": _middle,
    "depth": _depth,
    "pitch": _pitch,
}


def core_of(callout: Callout) -> str:
    """What a sentence calls the callout: as printed, without what the sentence is about."""
    return callout.designation if callout.type == "thread" else callout.core
