"""Reads one page in a child process: its text layer, what only its picture shows, and the signs that are drawn."""

from __future__ import annotations

import time
from collections.abc import Sequence

from drawing.lettering import UNREADABLE, Lettering, Page, decodable, usable
from drawing.recognition import ocr
from drawing.recognition.celled_words import with_cells
from drawing.recognition.control_frames import with_frames
from drawing.recognition.degree_signs import with_degrees
from drawing.recognition.diameter_signs import with_diameters
from drawing.recognition.drawn_brackets import with_brackets
from drawing.recognition.roughness_signs import with_roughness_signs
from drawing.recognition.stacked_deviations import with_stacks
from drawing.recognition.unlettered import unlettered
from drawing.recognition.viewed_words import with_views
from drawing.sheet import Box, Word

#: Share of the time that recognition may take; the rest is for signs.
RECOGNITION_SHARE = 0.8
#: What recognition loses or CAD programs draw instead of writing. Frames take their words before a sign is looked for;
#: brackets stand around a number with its Ø or °.
WHAT_IS_DRAWN = (
    *(
        with_stacks,
        with_frames,
        with_diameters,
        with_degrees,
        with_brackets,
        with_roughness_signs,
        with_cells,
        with_views,
    ),
)


def read_page(page: Page, deadline_s: float) -> Lettering:
    """The words of `page`, within `deadline_s` seconds from now."""
    until = time.monotonic() + deadline_s
    layer = page.text_layer()
    legible = [word for word in layer if UNREADABLE not in word.text]
    if usable(layer, page.sheet):
        places = unlettered(legible, page.tile, page.sheet)
        lettering = _with_recognised(page, legible, deadline_s, places) if places else Lettering(tuple(legible))
    else:
        # The few words of a stamp or a plot header are exact; those of a layer that cannot be decoded are not trusted.
        lettering = _with_recognised(page, legible if decodable(layer) else [], deadline_s)
    words = lettering.words
    for with_signs in WHAT_IS_DRAWN:
        words = with_signs(words, page.tile, page.sheet, until)
    return Lettering(words, lettering.complete and time.monotonic() < until)


def _with_recognised(page: Page, known: Sequence[Word], deadline_s: float, within: Sequence[Box] = ()) -> Lettering:
    """The known words, and beside them what is recognised in the picture."""
    sheet = page.sheet
    seen = ocr.read(page.tile, sheet.width, sheet.height, sheet.dpi, RECOGNITION_SHARE * deadline_s, within)
    unknown = (word for word in seen.words if not any(k.box.contains(*word.box.centre) for k in known))
    return Lettering((*known, *unknown), seen.complete)
