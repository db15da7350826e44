"""What the heads of columns mean (ISO 7573, DIN 6771-2, CAD templates), German and English."""

from __future__ import annotations

import re
from typing import Literal

from drawing.labels import folded

ColumnName = Literal[
    "item",
    "quantity",
    "unit",
    "part_number",
    "description",
    "material",
    "standard",
    "remark",
    "supplier",
    "price",
    "mass",
    "revision",
    "date",
    "name",
    "size",
    "symbol",
    "value",
    "x",
    "y",
    "depth",
]

COLUMN_HEADS: dict[ColumnName, tuple[str, ...]] = {
    "item": (
        *("item", "item no", "pos", "pos nr", "position", "no", "nr", "lfd nr", "#", "ref", "find no", "balloon"),
        *("designator", "reference", "ref des", "reference designator", "bezeichner"),
    ),
    "quantity": (
        *(
            "qty",
            "quantity",
            "menge",
            "anzahl",
            "stück",
            "stk",
            "stückzahl",
            "amount",
            "qty per assy",
            "pcs",
            "count",
            "anz",
        ),
        *("number", "pieces", "default/qty", "total qty", "qty total", "gesamtmenge"),
    ),
    "unit": ("unit", "einheit", "einh", "me", "uom"),
    "part_number": (
        *("part number", "part no", "part nr", "p/n", "teilenummer", "teile nr", "artikelnummer", "artikel nr"),
        *(
            "sachnummer",
            "sach nr",
            "order number",
            "order code",
            "bestellcode",
            "order no",
            "bestellnummer",
            "bestell nr",
            "ident nr",
            "part id",
        ),
        *("drawing number", "zeichnungsnummer", "zeichnungs nr", "article number", "artikel", "part", "stock number"),
        *("bauteilnummer", "bauteil nr", "bauteil", "komponentennummer", "dwg no", "zeichn nr", "item number"),
        *("sachnummer/norm kurzbezeichnung", "product number", "mfr part number", "manufacturer part number"),
    ),
    "description": (
        *("description", "benennung", "bezeichnung", "beschreibung", "name", "part name", "title", "designation"),
        *("component", "komponente", "titel", "comment description", "change description", "änderung"),
        *("article", "product", "teil", "item description", "details"),
    ),
    "material": ("material", "werkstoff", "mat", "werkstoff/halbzeug"),
    "standard": ("standard", "norm", "din", "iso", "norm kurzbezeichnung"),
    "remark": (
        *("remark", "remarks", "bemerkung", "bemerkungen", "comment", "comments", "note", "notes", "hinweis", "info"),
    ),
    "supplier": ("supplier", "lieferant", "vendor", "manufacturer", "hersteller", "distributor", "source", "bezug"),
    "price": ("price", "preis", "cost", "kosten", "unit price", "einzelpreis", "total", "gesamtpreis", "price/unit"),
    "mass": ("mass", "masse", "weight", "gewicht"),
    "revision": ("rev", "revision", "index", "version", "zust", "zustand", "änd", "ecn"),
    "date": ("date", "datum"),
    "name": ("approved", "sign", "signature", "drawn", "by", "author", "geprüft", "approved by", "nam"),
    "size": (
        "size",
        "größe",
        "grösse",
        "length",
        "länge",
        "dimensions",
        "abmessung",
        "abmessungen",
        "diameter",
        "durchmesser",
        "hole size",
    ),
    "symbol": (
        *("symbol", "parameter", "tag", "hole", "zeichen", "bohrung", "hole no", "hole id", "bohrung nr", "kennung"),
        *("label", "benennung der bohrung", "loch", "feature"),
    ),
    "x": ("x", "x loc", "x pos", "x position", "pos x", "x mm", "x koordinate", "x dim", "xloc"),
    "y": ("y", "y loc", "y pos", "y position", "pos y", "y mm", "y koordinate", "y dim", "yloc"),
    "depth": ("depth", "tiefe", "bohrtiefe", "hole depth"),
    "value": ("value", "wert", "werte"),
}
COLUMN_OF: dict[str, ColumnName] = {head: name for name, heads in COLUMN_HEADS.items() for head in heads}


def column_named(text: str) -> ColumnName | None:
    """What a head means; of several things (`Norm / Sachnummer`), a part's number tells most."""
    whole = COLUMN_OF.get(re.sub(r"\s*/\s*", "/", _without_unit(folded(text))))
    names = meanings_of(text)
    return whole or ("part_number" if "part_number" in names else next(iter(names), None))


def meanings_of(header: str) -> tuple[ColumnName, ...]:
    """All that the head of a column says that it holds, in the order of its words."""
    head = _without_unit(folded(header))
    parts = (COLUMN_OF.get(part.strip()) for part in (head, *head.split("/")))
    return tuple(dict.fromkeys(name for name in parts if name))


def _without_unit(head: str) -> str:
    """A head without the unit behind its name (`Gewicht kg`, `Länge [mm]`)."""
    return re.sub(r"(?<=\w) (?:kg|g|mm|m|in|lbs?|eur|€|stk)$", "", head)
