"""A page drawn in millimetres: lines, arrows, and lettering as text, outlines or strokes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pymupdf

from bench import stroke_font
from bench.composition import Lettering, Piece, Point, on_sheet
from bench.signs import ring, sign

POINTS_PER_MM = 72 / 25.4
#: ISO 128: lines of two widths, 1 to 2; lettering of a tenth of its height.
WIDE_MM, NARROW_MM = 0.5, 0.25
ARROW_MM = 3.0


class Pen:
    """Draws on one page of `width` × `height` mm, origin top left."""

    def __init__(self, width: float, height: float) -> None:
        self._document = pymupdf.open()
        self._outlines = pymupdf.open()
        self._page = self._new_page(self._document, width, height)
        self._outlined = self._new_page(self._outlines, width, height)
        self._shape = self._page.new_shape()
        self._paths = self._outlined.new_shape()
        self._has_outlines = False

    @staticmethod
    def _new_page(document: pymupdf.Document, width: float, height: float) -> pymupdf.Page:
        return document.new_page(width=width * POINTS_PER_MM, height=height * POINTS_PER_MM)

    def line(self, *points: Point, width: float = NARROW_MM, dashes: str = "", grey: float = 0.0) -> None:
        self._shape.draw_polyline([_points(point) for point in points])
        self._finish(width, dashes, grey)

    def circle(self, centre: Point, radius: float, width: float = WIDE_MM) -> None:
        self._shape.draw_circle(_points(centre), radius * POINTS_PER_MM)
        self._finish(width, "", 0.0)

    def arc(self, centre: Point, radius: float, start_deg: float, end_deg: float) -> None:
        """Counter-clockwise as seen."""
        turned = ring(0, 0, radius, start_deg, end_deg)
        self.line(*((centre[0] + x, centre[1] - y) for x, y in turned))

    def filled(self, *points: Point, grey: float = 0.0) -> None:
        self._shape.draw_polyline([_points(point) for point in points])
        self._shape.finish(fill=(grey,) * 3, color=None, width=0, closePath=True)

    def arrow(self, tip: Point, degrees: float, grey: float = 0.0) -> None:
        """A filled head that points in direction `degrees`, 15° wide (ISO 129-1)."""
        back = [math.radians(degrees + 180 + turn) for turn in (7.5, -7.5)]
        wings = [(tip[0] + ARROW_MM * math.cos(a), tip[1] - ARROW_MM * math.sin(a)) for a in back]
        self.filled(tip, *wings, grey=grey)

    def letter(self, lettering: Lettering, origin: Point, degrees: float) -> None:
        for piece in lettering.pieces:
            if piece.is_sign:
                self._draw_sign(piece, lettering, origin, degrees)
            elif lettering.hand.typeface.face == "strokes":
                self._draw_strokes(stroke_font.strokes(piece.text), piece, lettering, origin, degrees)
            else:
                self._write(piece, lettering, origin, degrees)

    def pdf(self) -> pymupdf.Document:
        """The finished page, its outlined lettering laid over it."""
        self._shape.commit()
        if self._has_outlines:
            self._paths.commit()
            picture = self._outlined.get_svg_image(text_as_path=True)
            paths = pymupdf.open("pdf", pymupdf.open(stream=picture.encode(), filetype="svg").convert_to_pdf())
            self._page.show_pdf_page(self._page.rect, paths, 0)
        return self._document

    def _write(self, piece: Piece, lettering: Lettering, origin: Point, degrees: float) -> None:
        hand = lettering.hand
        at = _points(on_sheet(piece.u, piece.v, origin, degrees))
        shape = self._shape
        if hand.outlined:
            shape, self._has_outlines = self._paths, True
        shape.insert_text(
            at,
            piece.text,
            fontsize=hand.typeface.size(piece.height) * POINTS_PER_MM,
            fontname=hand.typeface.face,
            fontfile=hand.typeface.file,
            morph=(at, pymupdf.Matrix(degrees)),
            color=(hand.grey,) * 3,
        )

    def _draw_sign(self, piece: Piece, lettering: Lettering, origin: Point, degrees: float) -> None:
        drawn = sign(piece.text)
        assert drawn is not None
        self._draw_strokes(drawn.strokes, piece, lettering, origin, degrees)
        for outline in drawn.filled:
            self.filled(*self._laid(outline, piece, origin, degrees), grey=lettering.hand.grey)

    def _draw_strokes(
        self,
        strokes: Sequence[tuple[Point, ...]],
        piece: Piece,
        lettering: Lettering,
        origin: Point,
        degrees: float,
    ) -> None:
        width = stroke_font.PEN_SHARE * piece.height
        for stroke in strokes:
            self._shape.draw_polyline([_points(point) for point in self._laid(stroke, piece, origin, degrees)])
            self._finish(width, "", lettering.hand.grey)

    @staticmethod
    def _laid(stroke: Sequence[Point], piece: Piece, origin: Point, degrees: float) -> list[Point]:
        h = piece.height
        return [on_sheet(piece.u + x * h, piece.v + y * h, origin, degrees) for x, y in stroke]

    def _finish(self, width: float, dashes: str, grey: float) -> None:
        self._shape.finish(
            width=width * POINTS_PER_MM,
            color=(grey,) * 3,
            dashes=dashes or None,
            closePath=False,
            lineCap=1,
            lineJoin=1,
        )


def _points(point: Point) -> pymupdf.Point:
    return pymupdf.Point(point[0] * POINTS_PER_MM, point[1] * POINTS_PER_MM)
