"""Questions about callouts: which one is meant, and how many there are.

A value is answered only when the question's words leave one callout. A rule that chooses (the largest length for *how
long*) is part of the sentence, so that the answer never claims more than the sheet says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from drawing.callouts import Callout
from drawing.grammar.notation import Bound, CalloutType
from drawing.lines import distance
from drawing.reading import Reading
from reader.attributes import ATTRIBUTES, core_of, limits_of, value_of
from reader.candidates import MOST_NUMBERS, envelope, listed, undecided
from reader.counting import count
from reader.depths import depth_nearby, through
from reader.finding import Caveat, Finding, Phrase, distinct, of_callout
from reader.measures import lengths_of, level, runs, writes_diameters
from reader.neighbourhood import STEM, lettered_with, matches, names_a_part, near_named, same_word, tokens
from reader.questions import Axis, Extreme, Question
from reader.vocabulary import Attribute, Feature

#: Heights of a caption: how far it stands from its view.
CAPTION_REACH = 4.0
_LENGTHS: frozenset[Feature] = frozenset({"length", "width", "height", "thickness", "distance"})
_TYPES: dict[Feature, tuple[CalloutType, ...]] = {
    "thread": ("thread",),
    "chamfer": ("chamfer",),
    "radius": ("radius",),
    "angle": ("angle",),
    "diameter": ("diameter",),
}
_WITHIN: frozenset[Feature | None] = frozenset({"distance", "thickness"})
#: Attributes that stand at a callout or not at all; a depth may be a dimension of its own.
_OF_A_CALLOUT: frozenset[Attribute] = frozenset({"tolerance", "fit"})
_ROLES: frozenset[Feature] = frozenset({"core_hole", "counterbore", "countersink", "across_flats"})
_AXES: dict[Feature | None, Axis] = {"width": "horizontal", "height": "vertical"}
#: Letters that stand for sizes, as a question says them; no small word of either language.
_SYMBOL_SAID = re.compile(r"(?<![\w-])(?!(?:A|I|Da|da|a)(?!\w))[A-Za-z][aeim]?\d?(?!\w)")
_SIZES: tuple[CalloutType, ...] = ("linear", "diameter", "radius", "angle", "chamfer")


def find_size(question: Question, reading: Reading) -> Finding:
    """The answer to a question about callouts."""
    question = _with_size(_of_what_is_titled(question, reading), reading.callouts)
    finding = _find(question, reading)
    if finding.phrase != "no_depth":
        return finding
    return through(finding.callouts[0], reading) or depth_nearby(finding, reading)


def _of_what_is_titled(question: Question, reading: Reading) -> Question:
    """The thing that the title names is the whole: the *Gestell* of a sheet titled *Maschinengestell*."""
    title = reading.field("title")
    named = tokens(title.value) if title else []
    captions = [block for block in reading.blocks if names_a_part(block, reading)]
    if sum(matches(question.keywords, block.text) > 0 for block in captions) > 1:
        return question  # it names several things, and none of them is the whole
    whole = any(
        len(word) >= STEM and (own.endswith(word) or same_word(own, word))
        for word in question.keywords
        for own in named
    )
    return replace(question, of_the_whole=True) if whole else question


def _with_size(question: Question, callouts: Sequence[Callout]) -> Question:
    """*The 12 holes* may be twelve, or of size 12 where nothing on the sheet is there twelve times."""
    if question.counted is None or any(c.quantity == question.counted for c in callouts):
        return question
    size = Decimal(question.counted)
    return replace(question, numbers=(*question.numbers, size)) if any(size in c.sizes for c in callouts) else question


def _find(question: Question, reading: Reading) -> Finding:
    if question.envelope and question.attribute == "value" and not question.of_a_part:
        return envelope(reading.callouts)
    named = _named(question, reading.callouts)
    if not named and named is not None:
        return Finding("absent_value", of=question.designation or "")
    if named is not None:
        return _answer(question, reading, _Choice(_having(question, named)))
    toleranced = _toleranced(question, reading.callouts)
    if toleranced:
        return _answer(question, reading, _Choice(toleranced))
    if question.numbers and question.feature != "distance":
        return Finding("absent_size", of=_as_asked(question))
    callouts = of_feature(question, reading.callouts)
    return _answer(question, reading, _narrowed(question, reading, callouts))


@dataclass(frozen=True, slots=True)
class _Choice:
    """The callouts that are left, and the caption that they were taken by, if any."""

    callouts: list[Callout]
    near: str = ""


def _as_asked(question: Question) -> str:
    """The first size that the question names, in its own writing."""
    match = re.search(r"[Øø⌀R]?\s?\d+(?:[.,]\d+)?", question.text)
    return match.group().strip() if match else str(question.numbers[0])


def _named(question: Question, callouts: Sequence[Callout]) -> list[Callout] | None:
    """The callouts with a size or thread that the question names; `None` where it names none of the sheet's."""
    if question.feature == "distance":
        return None
    lettered = [c for c in callouts if _symbol_of(c) in _SYMBOL_SAID.findall(question.text)]
    if lettered:
        return lettered
    if question.designation:
        threads = any(c.type == "thread" for c in callouts)
        return named_by_designation(question.designation, callouts) or ([] if threads else None)
    found = [c for c in callouts if c.type != "gdt" and any(size in question.numbers for size in c.sizes)]
    found = _where(found, lambda c: c.fit is not None and c.fit in question.text)
    fitting = [c for c in found if c in of_feature(question, callouts)]
    return fitting or found or None


def named_by_designation(designation: str, callouts: Sequence[Callout]) -> list[Callout]:
    """The threads that begin like a designation: M8 is said of M8x1.25, but M1 not of M10."""
    wanted = re.compile(re.escape(_compact(designation)) + r"(?![\d.])")
    return [c for c in callouts if c.type == "thread" and wanted.match(_compact(c.designation))]


def _symbol_of(callout: Callout) -> str | None:
    """The letter that stands for a size, such as L0 in `L0 = 85`."""
    before, equals, _ = callout.text.partition("=")
    return before.strip() if equals else None


def _toleranced(question: Question, callouts: Sequence[Callout]) -> list[Callout]:
    """The callouts with a deviation that the question names: *Which bore has ±0.1?*"""
    if question.attribute != "tolerance":
        return []
    deviations = [(c, {abs(d) for d in (c.upper, c.lower) if d}) for c in callouts if c.type != "gdt"]
    return [c for c, printed in deviations if printed.intersection(question.numbers)]


def _compact(designation: str) -> str:
    return designation.replace(" ", "").replace(",", ".").replace("×", "x").upper()


def of_feature(question: Question, callouts: Sequence[Callout]) -> list[Callout]:
    """The callouts of the kind that the question asks for."""
    feature = question.feature
    if feature in _ROLES:
        found = [c for c in callouts if c.role == feature] or _bounded(question, callouts)
        if feature == "counterbore" and not found and "diameter" in question.features:
            return _holes(callouts)
        drilled = feature == "core_hole" and question.attribute == "depth"
        return found or [c for c in callouts if drilled and c.type == "thread"]
    if feature == "angle" and question.features & {"chamfer", "countersink"}:
        return [c for c in callouts if c.type == "angle" or (c.angle is not None and _is_one_of(c, question))]
    if question.attribute == "pitch" and feature in (None, "size"):
        return [c for c in callouts if c.type == "thread"]
    if feature in _TYPES:
        found = [c for c in callouts if c.type in _TYPES[feature] and c.role in (None, "core_hole")]
        if question.thread_kind:
            found = [c for c in found if re.match(question.thread_kind, c.designation)]
        if feature == "diameter":
            found = _diameters(question, callouts, found)
        return found or _bounded(question, callouts)
    if feature == "thickness":
        marked = [c for c in callouts if c.role == "thickness"]
        return marked or [c for c in lengths_of(callouts) if not c.ordinate and not _may_be_framed(c, callouts)]
    if feature in _LENGTHS:
        fitted = [c for c in callouts if c.type == "linear" and c.fit] if question.attribute == "fit" else []
        return fitted or [c for c in lengths_of(callouts) if c.role != "thickness"]
    return _holes(callouts) if question.holes else [c for c in callouts if c.type in _SIZES]


def _is_one_of(callout: Callout, question: Question) -> bool:
    return callout.type in question.features or callout.role in question.features


def _diameters(question: Question, callouts: Sequence[Callout], written: Sequence[Callout]) -> list[Callout]:
    """The diameters that may be meant; what is inside is not the outermost."""
    found = _holes(callouts) if question.holes else list(written)
    if not question.inner or len(distinct(found)) < 2:
        return found
    outermost = max((max(c.sizes) for c in found if c.sizes), default=None)
    return [c for c in found if outermost not in c.sizes]


def _holes(callouts: Sequence[Callout]) -> list[Callout]:
    """Diameters; where no Ø is written on the sheet, also sizes with a fit, which may be holes as well."""
    written = writes_diameters(callouts)
    return [c for c in callouts if c.type == "diameter" or (not written and c.fit and c.type == "linear")]


def _may_be_framed(callout: Callout, callouts: Sequence[Callout]) -> bool:
    """A small bare number may stand in a feature control frame whose symbol is drawn, as others of the sheet do."""
    drawn = any(c.type == "gdt" and c.sign_missing for c in callouts)
    return drawn and callout.nominal is not None and callout.nominal < 1 and not (callout.marked or callout.tolerance)


def _bounded(question: Question, callouts: Sequence[Callout]) -> list[Callout]:
    """Sizes with the bound that the question asks for, whose sign may be drawn and not written."""
    return [c for c in callouts if question.bound and c.bound == question.bound and c.type in ("linear", "diameter")]


def _narrowed(question: Question, reading: Reading, callouts: list[Callout]) -> _Choice:
    """Leaves those callouts that fit the question's other words."""
    if question.reference:
        callouts = [c for c in callouts if c.reference]
    if question.exact:
        callouts = [c for c in callouts if c.exact]
    if question.bound and question.attribute in ("value", "upper_limit", "lower_limit"):
        callouts = _where(callouts, lambda c: c.bound == question.bound)
    if question.counted:
        callouts = _where(callouts, lambda c: c.quantity == question.counted)
    if question.axis:
        callouts = [c for c in callouts if runs(c, question.axis)]
    elif question.feature in _AXES and not question.of_a_part:
        callouts = _where(callouts, lambda c: runs(c, _AXES[question.feature]))
    near = near_named(question, reading, callouts) if len(distinct(callouts)) > 1 else None
    if near is not None and near[0]:
        return _Choice(_having(question, near[0]), near[1] if len(near[0]) < len(callouts) else "")
    if question.of_a_part and question.feature in _LENGTHS:
        callouts = _without_overall(callouts, reading.callouts)
    elif question.feature in _WITHIN:
        callouts = _without_overall(callouts, reading.callouts) or callouts
    return _Choice(_having(question, lettered_with(question, reading, callouts) or callouts))


def _having(question: Question, callouts: list[Callout]) -> list[Callout]:
    """Of several callouts those that have the attribute asked for, printed rather than computed.

    A hole's tolerance class has a capital letter, a shaft's a small one (ISO 286-1).
    """
    if len(distinct(callouts)) < 2:
        return callouts
    if question.attribute == "fit" and question.holes:
        callouts = _where(callouts, lambda c: c.fit is not None and c.fit[0].isupper())
    if question.attribute in ("upper_limit", "lower_limit"):
        callouts = _where(callouts, lambda c: c.limits is not None or c.bound is not None)
    has = _HAS.get(question.attribute)
    return _where(callouts, has) if has else callouts


def _without_overall(callouts: list[Callout], every: Sequence[Callout]) -> list[Callout]:
    """What lies within the whole is shorter than it, the longest length or the largest diameter on the sheet."""
    whole = [c for c in (*level(lengths_of(every)), *(c for c in every if c.type == "diameter")) if c.sizes]
    longest = max((max(c.sizes) for c in whole), default=None)
    return [c for c in callouts if longest not in c.sizes]


def _where(callouts: list[Callout], fits: Callable[[Callout], bool]) -> list[Callout]:
    return [c for c in callouts if fits(c)] or callouts


_HAS: dict[Attribute, Callable[[Callout], bool]] = {
    "tolerance": lambda c: bool(c.tolerance) or c.limits is not None,
    "fit": lambda c: c.fit is not None,
    "upper_limit": lambda c: limits_of(c) is not None,
    "lower_limit": lambda c: limits_of(c) is not None,
    "middle": lambda c: limits_of(c) is not None,
    "depth": lambda c: c.depth is not None,
}


def _answer(question: Question, reading: Reading, choice: _Choice) -> Finding:
    if question.attribute == "quantity":
        return count(question, choice.callouts)
    if question.every and choice.callouts:
        return listed(question, choice.callouts)
    left = distinct(choice.callouts)
    if not left:
        return _absent(question, reading)
    has = _HAS.get(question.attribute)
    if question.attribute in _OF_A_CALLOUT and len(left) > 1 and has and not any(has(c) for c in left):
        return Finding("absent", question.attribute)
    extreme = _extreme(question)
    ranked = sorted((c for c in left if c.sizes and not c.reference), key=lambda c: max(c.sizes))
    ranked = level(ranked) if question.feature in _LENGTHS else ranked
    if extreme and ranked:
        if question.feature == "diameter" and _signs_may_be_lost(ranked, reading):
            return Finding("untied", caveats=("diameter_ocr",))
        chosen = ranked[-1] if extreme == "largest" else ranked[0]
        return _attribute(question, chosen, choice, extreme, compared=len(left) > 1)
    if extreme and all(c.reference for c in left):
        return _absent(question, reading)
    if len(left) > 1 and question.feature == "thickness" and not question.of_a_part:
        edge = _from_the_edge(left, reading)
        left = [edge] if edge else left
        choice = _Choice(left, choice.near) if edge else choice
        if edge and question.attribute == "value":
            return value_of(question, edge, left, "from_the_edge")
    if len(left) > 1 and question.attribute == "depth" and all(c.type in ("diameter", "thread") for c in left):
        return _depths(question, left)
    if len(left) > 1:
        return undecided(question, left)
    alone = question.feature in _LENGTHS and not (question.numbers or choice.near)
    return _attribute(question, left[0], choice, "only" if alone else "value")


def _from_the_edge(callouts: Sequence[Callout], reading: Reading) -> Callout | None:
    """The thickness of a thing that one view shows from its edge: the only length there, and less than half of its
    longest. Sections and details have captions, and single lengths of other kinds."""
    lengths = lengths_of(reading.callouts)
    longest = max((max(c.sizes) for c in level(lengths) if c.sizes), default=Decimal(0))
    captioned = [caption.box for caption in reading.views]
    edges = [
        c
        for c in callouts
        if c.view and c.sizes and 2 * max(c.sizes) < longest
        and len(distinct(other for other in lengths if other.view == c.view)) == 1
        and not any(distance(caption, c.view) < CAPTION_REACH * caption.height for caption in captioned)
    ]  # fmt: skip
    return edges[0] if len(edges) == 1 else None


def _depths(question: Question, callouts: Sequence[Callout]) -> Finding:
    """Several holes and threads: those that have a depth are in question, else it is said that none has."""
    if any(c.depth is not None for c in callouts) or len(callouts) > MOST_NUMBERS // 2 + 1:
        return undecided(question, callouts)
    return Finding("no_depths", quotes=tuple(of_callout(c, core_of(c)) for c in callouts), callouts=tuple(callouts))


def _signs_may_be_lost(diameters: Sequence[Callout], reading: Reading) -> bool:
    """Recognition drops Ø signs: a lone diameter is not the largest when a larger size has no sign."""
    largest = max(max(c.sizes) for c in diameters)
    larger = any(max(c.sizes) > largest for c in reading.callouts if c.type == "linear" and c.sizes)
    return reading.sheet.text_source == "ocr" and len(diameters) < 2 and larger


def _extreme(question: Question) -> Extreme | None:
    """The comparison that the question makes; a whole thing's length is the largest on the sheet, and what is cut from
    sheet has its thickness as the smallest."""
    if question.numbers or question.designation:
        return None
    if question.feature == "thickness" and question.of_sheet_metal:
        return "smallest"
    whole = (question.of_the_whole or question.quoted) and not question.of_a_part and not question.counted
    if question.bound == "max" and (question.feature == "diameter" or question.feature in _LENGTHS - _WITHIN):
        return None if question.of_a_part and question.feature in _LENGTHS else "largest"
    return question.extreme or ("largest" if whole and question.feature in ("length", "width", "height") else None)


def _attribute(
    question: Question, callout: Callout, choice: _Choice, phrase: Phrase, *, compared: bool = False
) -> Finding:
    attribute = _bound_of(question, callout) or question.attribute
    question = replace(question, attribute=attribute)
    rule = ATTRIBUTES.get(attribute)
    if rule is None:
        return value_of(question, callout, choice.callouts, phrase, near=choice.near)
    finding = rule(question, callout)
    if not compared:
        return finding
    taken: Caveat = "largest_taken" if phrase == "largest" else "smallest_taken"
    return replace(finding, caveats=(*finding.caveats, taken))


def _bound_of(question: Question, callout: Callout) -> Attribute | None:
    """The limit that is meant by the most or the least of a size whose tolerance is printed."""
    if question.attribute != "value" or callout.bound or limits_of(callout) is None:
        return None
    limits: dict[Bound | None, Attribute] = {"max": "upper_limit", "min": "lower_limit"}
    return limits.get(question.bound)


def _absent(question: Question, reading: Reading) -> Finding:
    if question.exact or (question.of_a_part and question.feature in _LENGTHS):
        return Finding("untied")
    lengths = any(c.type == "linear" for c in reading.callouts)
    unread = (question.feature == "diameter" or question.holes) and lengths and not writes_diameters(reading.callouts)
    caveats: tuple[Caveat, ...] = ("diameter_unread",) if unread else ()
    if unread or (question.attribute != "value" and reading.callouts):
        return Finding("untied", caveats=caveats)
    return Finding("absent", question.feature or "size")
