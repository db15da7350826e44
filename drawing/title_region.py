"""Where the title block is: the box around its labels and what stands between them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from drawing.lines import Line, distance
from drawing.sheet import Box
from drawing.title_labels import LEAST_LABELS, Label, labels_of, parted

#: Labels of one title block are no further apart than this, in heights of a label.
REACH_OF_BLOCK = 35.0
#: A word of a title block in letters this much taller than its labels, such as SCALE 1:2, is the caption of a view.
TALLEST_LABEL = 2.0


def region_of(lines: Sequence[Line]) -> Box | None:
    """The box around the title block: its labels and what stands between them; `None` where the sheet has none."""
    clusters: list[list[Label]] = []
    labels = labels_of(piece for line in lines for piece in parted(line))
    usual = median(label.line.height for label in labels) if labels else 0.0
    for label in labels:
        if label.line.height > TALLEST_LABEL * usual:
            continue
        near = [c for c in clusters if any(distance(label.box, o.box) < REACH_OF_BLOCK * label.line.height for o in c)]
        clusters = [c for c in clusters if c not in near] + [[label, *(o for c in near for o in c)]]
    largest = max(clusters, key=_fields_in, default=[])
    if _fields_in(largest) < LEAST_LABELS:
        return None
    lines_in = [label.line for label in largest] + [label.inline for label in largest if label.inline]
    margin = max(label.line.height for label in largest)
    box = Box.around([*(line.box for line in lines_in), *_ruled_around(largest, lines, margin)])
    box = Box(box.x1 - margin, box.y1 - margin, box.x2 + margin, box.y2 + margin)
    for line in sorted(lines, key=lambda line: line.box.x1):
        if box.y1 < line.box.centre[1] < box.y2 and 0 < line.box.x2 - box.x2 < REACH_OF_BLOCK * margin:
            box = Box(box.x1, box.y1, line.box.x2 + margin, box.y2)
    return box


def _ruled_around(labels: Sequence[Label], lines: Sequence[Line], reach: float) -> list[Box]:
    """The cells of the labels, and those with lettering that share walls with them."""
    block = [cell for label in labels if (cell := label.line.cell)]
    left = {word.cell for line in lines for word in line.words if word.cell}.difference(block)
    at = 0
    while at < len(block):
        beside = [cell for cell in left if distance(cell, block[at]) < reach / 2]
        left.difference_update(beside)
        block += beside
        at += 1
    return block


def _fields_in(labels: Sequence[Label]) -> int:
    return len({label.field for label in labels if label.field})
