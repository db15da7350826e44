"""The depth of a hole or thread where its callout has none: it goes through, or a dimension beside it may tell."""

from __future__ import annotations

import re
from dataclasses import replace

from drawing.callouts import Callout
from drawing.lines import distance
from drawing.reading import Reading
from reader.attributes import core_of
from reader.finding import Finding, distinct, of_callout, of_line
from reader.measures import lengths_of

#: How far the dimension of a depth may stand from the thread or diameter, in heights of the lettering.
DEPTH_REACH = 12.0
MOST_NEARBY = 3
_THROUGH = re.compile(r"durchgehend|durchgang|through|\bthru\b|durchbohrt", re.IGNORECASE)


def through(callout: Callout, reading: Reading) -> Finding | None:
    """A hole that is said to go through has no depth."""
    hits = [line for line in reading.lines if set(line.words) & set(callout.words) and _THROUGH.search(line.plain)]
    if hits:
        return Finding("note", quotes=(of_line(hits[0]),), callouts=(callout,))
    if not callout.through:
        return None
    return Finding("through", of=core_of(callout), quotes=(of_callout(callout),), callouts=(callout,))


def depth_nearby(finding: Finding, reading: Reading) -> Finding:
    """The lengths across the lettering of a thread or hole, next to it: one of them may be its depth."""
    host = finding.callouts[0]
    if host.type not in ("diameter", "thread"):
        return finding
    reach = DEPTH_REACH * min(host.box.width, host.box.height)
    across = [
        c for c in lengths_of(reading.callouts) if host.direction % 90 == 0 and (c.direction - host.direction) % 180
    ]
    near = distinct(c for c in across if distance(c.box, host.box) < reach)
    if not near or len(near) > MOST_NEARBY:
        return finding
    return replace(finding, phrase="depth_nearby", quotes=tuple(of_callout(c) for c in near))
