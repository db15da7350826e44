"""Which callouts belong to what a question names: a section or detail, a part by its caption, words of a note."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drawing.callouts import Callout
from drawing.lines import Block, distance
from drawing.reading import Reading
from drawing.sheet import Box, Sheet
from reader.questions import Question
from reader.synonyms import translates

#: Words mean the same when they share this many first letters (*modified*, *modification*).
STEM = 5
#: A German compound means what its last word does (*Anziehdrehmoment*, *Drehmoment*), if that has so many letters.
LEAST_HEAD = 8
#: Heights of a caption: how far it stands from its view.
CAPTION_REACH = 4.0
#: Of a single caption on the sheet are the callouts within this share of the sheet's width, or not much further away
#: than the nearest one.
OWN_REACH = 0.25
CLEARLY_NEARER = 1.7


def tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def same_word(a: str, b: str) -> bool:
    """Equal, of one stem (*Codewheels*, *Codewheel*), or each other's translation; numbers must be equal,"
    " but for their unit (10k,
    10kohm)."""
    if a == b:
        return True
    if any(sign.isdigit() for sign in a + b):
        return _is_unit_added(a, b) or _is_unit_added(b, a)
    if translates(a, b):
        return True
    if len(a) >= STEM and len(b) >= STEM and a[:STEM] == b[:STEM]:
        return True
    short, long = sorted((a, b), key=len)
    return len(short) >= LEAST_HEAD and long.endswith(short)


def _is_unit_added(short: str, long: str) -> bool:
    """Whether one is the other with more of its unit: 10k, 10kohm."""
    return long.startswith(short) and short[:1].isdigit() and long[len(short) :].isalpha() and not short.isdigit()


def matches(keywords: Sequence[str], text: str) -> int:
    """How many of the keywords stand in a text."""
    there = tokens(text)
    wanted = {part for keyword in keywords for part in tokens(keyword) if len(part) > 2}
    return sum(any(same_word(word, other) for other in there) for word in wanted)


def named_blocks(question: Question, reading: Reading) -> tuple[Block, list[Block]] | None:
    """The caption that the question names, and its fellows, which it is told apart from; `None` where none is named."""
    blocks = [block for block in reading.blocks if names_a_part(block, reading)]
    for quoted in question.quoted:
        wanted = " ".join(tokens(quoted))
        hits = [block for block in blocks if wanted in " ".join(tokens(block.text))]
        if len(hits) == 1:
            return hits[0], [block for block in blocks if matches(tokens(quoted), block.text)]
    scored = [(matches(question.keywords, block.text), block) for block in blocks]
    scored = sorted(((n, block) for n, block in scored if n), key=lambda item: -item[0])
    if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    return scored[0][1], [block for _, block in scored]


def names_a_part(block: Block, reading: Reading) -> bool:
    """Whether a block may be the caption of a part or a view, outside the title block and the sheet's own caption."""
    if re.search(r"[^\W\d_]{3}", block.text) is None:
        return False
    in_title = reading.title_box is not None and reading.title_box.contains(*block.box.centre)
    words = {word for line in block.lines for word in line.words}
    in_caption = any(words.intersection(field.words) for field in reading.fields if not field.label)
    return not in_title and not in_caption


def near_named(question: Question, reading: Reading, callouts: Sequence[Callout]) -> tuple[list[Callout], str] | None:
    """The callouts nearest to the view or caption that the question names, with its name as printed."""
    boxes = _view_boxes(question, reading)
    if boxes is not None:
        name, own, others = boxes
        drawn = _drawn_with(own, others, reading)
        if drawn is not None and any(c.view == drawn for c in callouts):
            return [c for c in callouts if c.view == drawn], name
        return _nearest(own, others, callouts, reading.sheet), name
    named = named_blocks(question, reading)
    if named is None:
        return None
    own_block, fellows = named
    fellows = fellows if len(fellows) > 1 else _fellows(own_block, reading)
    if len(fellows) < 2:
        return None
    others = [block.box for block in fellows if block is not own_block]
    return _nearest(own_block.box, others, callouts, reading.sheet), own_block.text


def _fellows(block: Block, reading: Reading) -> list[Block]:
    """The captions that share words with one, which are the names of its fellows."""
    words = [word for word in tokens(block.text) if re.fullmatch(r"[^\W\d_]{3,}", word)]
    return [other for other in reading.blocks if names_a_part(other, reading) and matches(words, other.text)]


def lettered_with(question: Question, reading: Reading, callouts: Sequence[Callout]) -> list[Callout]:
    """The callouts that stand on one line with words of the question (`4 x M8 Gewinde durchgehend`)."""
    if len(callouts) < 2:
        return list(callouts)
    named = [line for line in reading.lines if re.search(r"[^\W\d_]{2}", line.plain)]
    words = {word for line in named if matches(question.keywords, line.plain) for word in line.words}
    return [c for c in callouts if words.intersection(c.words)]


def _view_boxes(question: Question, reading: Reading) -> tuple[str, Box, list[Box]] | None:
    view = next((view for view in reading.views if view.name == question.view), None)
    if question.view is None or view is None:
        return None
    return view.name, view.box, [other.box for other in reading.views if other is not view]


def _drawn_with(own: Box, others: Sequence[Box], reading: Reading) -> Box | None:
    """What is drawn together nearest to a caption, unless another caption is nearer to it."""
    views = {c.view for c in reading.callouts if c.view}
    view = min(views, key=lambda view: (distance(view, own), view.y1, view.x1), default=None)
    if view is None or distance(view, own) > CAPTION_REACH * own.height:
        return None
    return None if any(distance(view, other) < distance(view, own) for other in others) else view


def _nearest(own: Box, others: Sequence[Box], callouts: Sequence[Callout], sheet: Sheet) -> list[Callout]:
    if others:
        return [c for c in callouts if distance(c.box, own) <= min(distance(c.box, other) for other in others)]
    nearest = min((distance(c.box, own) for c in callouts), default=0.0)
    reach = max(CLEARLY_NEARER * nearest, OWN_REACH * sheet.width)
    return [c for c in callouts if distance(c.box, own) <= reach]
