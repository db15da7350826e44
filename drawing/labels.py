"""The words that title blocks and bills of materials use for their cells, German and English.

Sources: ISO 7200 (data fields in title blocks), ISO 7573 (item lists), DIN 6771-1/-2, and the templates of the common
CAD systems. Labels are kept folded: lower case, `ss` for `ß`, no full stops and commas, hyphens as
blanks.
"""

from __future__ import annotations

import re
from typing import Literal

FieldName = Literal[
    "title",
    "drawing_number",
    "part_number",
    "revision",
    "sheet",
    "scale",
    "material",
    "general_tolerance",
    "linear_tolerance",
    "angular_tolerance",
    "mass",
    "drawn_by",
    "checked_by",
    "approved_by",
    "drawn_date",
    "checked_date",
    "approved_date",
    "date",
    "company",
    "paper",
    "finish",
    "treatment",
    "quantity",
    "projection",
    "customer",
    "project",
    "department",
    "document_type",
    "status",
    "unit",
]

FIELD_LABELS: dict[FieldName, tuple[str, ...]] = {
    "title": (
        *("teilebezeichnung", "bauteil", "bauteilbezeichnung", "artikelbezeichnung", "object", "model name"),
        *("name of drawing",),
        *(
            "title",
            "titel",
            "benennung",
            "bezeichnung",
            "description",
            "drawing title",
            "title of drawing",
            "title supplementary title",
        ),
        *(
            "part",
            "teil",
            "part name",
            "part title",
            "teilename",
            "teilebenennung",
            "gegenstand",
            "designation",
            "name of part",
        ),
        *("drawing name", "zeichnungsname", "zeichnungstitel", "document title", "titel zusätzlicher titel"),
    ),
    "drawing_number": (
        *("drawing id", "drg number", "drg nr", "doc number", "doc nr", "dokument nummer"),
        *("zchn nr", "zeich nr", "z nr", "part/dwg no", "id no", "identification no"),
        *("dwg no", "dwg", "dwg nr", "drawing no", "drawing nr", "drawing number", "drg no", "zeichnungsnummer"),
        *("zeichnungsnr", "zeichnungs nr", "zeichnungs nummer", "zeichn nr", "zeichng nr", "zng nr", "znr"),
        *("document no", "document number", "doc no", "dokumentnummer", "dokument nr", "identification number"),
        *("sachnummer", "sach nr", "identnummer", "ident nr", "zeichnung nr", "drawing #", "dwg #", "number"),
    ),
    "part_number": (
        *("article no", "article number", "material nr", "mat nr", "sap nr", "sap no"),
        *("part id", "item no"),
        *("part no", "part number", "part nr", "p/n", "teilenummer", "teile nr", "teilenr", "artikelnummer"),
        *("artikel nr", "artikelnr", "material number", "materialnummer", "item number", "bestellnummer"),
    ),
    "revision": (
        *("rev nr", "change index", "änderungsnr", "rev level", "zeichnungsindex", "revisionsstand"),
        *("revisionsindex", "rev status", "aenderung"),
        *("rev", "revision", "rev no", "revision no", "rev index", "revision index", "rev letter", "sheet rev"),
        *("änderung", "änderungsindex", "änderungsstand", "index", "änd", "änd index", "version", "ausgabe"),
        *("issue", "stand", "edition"),
    ),
    "sheet": ("sheet", "sheet no", "sheet number", "blatt", "blatt nr", "page", "seite", "blätter", "sht"),
    "scale": ("scale", "massstab", "masstab", "scale of drawing", "mst", "drawing scale"),
    "material": (
        *("werkst", "werkstoffnummer", "werkstoff nr", "werkstoff/halbzeug", "material/werkstoff", "rohmaterial"),
        *("ausgangsmaterial",),
        *("material", "werkstoff", "mat", "matl", "material specification", "werkstoffbezeichnung", "material grade"),
        *("werkstoff halbzeug", "material halbzeug", "raw material", "halbzeug"),
    ),
    "general_tolerance": (
        *(
            "allg toleranz",
            "allg toleranzen",
            "allgemeintol",
            "allgemeintoleranz nach",
            "allgemeintoleranzen nach",
            "untolerierte masse",
        ),
        *("zul abw", "zul abweichung", "zulässige abweichung", "zulässige abweichungen", "toler", "general tol"),
        *("toleranzklasse", "tolerance class", "default tolerances", "general tolerancing", "freimasstol"),
        *("general tolerance", "general tolerances", "allgemeintoleranz", "allgemeintoleranzen", "tolerances"),
        *("toleranzen", "freimasstoleranz", "freimasstoleranzen", "tolerance", "toleranz", "tolerierung"),
        *("tolerance if not indicated acc to", "tolerances unless otherwise specified", "toleranzangaben"),
        *("allgemein toleranzen", "gen tol", "masse ohne toleranzangabe", "tolerancing"),
    ),
    "linear_tolerance": ("linear", "linear tolerance", "längen", "längenmasse", "linear dimensions"),
    "angular_tolerance": ("angular", "angular tolerance", "winkel", "winkelmasse", "angles", "angle"),
    "mass": (
        *("weight", "gewicht", "mass", "masse", "mass kg", "masse kg", "gewicht kg", "weight kg", "weight g"),
        *("mass g", "masse g", "gewicht g", "est mass", "estimated mass", "net weight", "fertiggewicht", "weight lbs"),
        *("gesamtgewicht", "gesamtmasse", "total weight", "total mass", "gewicht/stück", "einzelgewicht"),
    ),
    "drawn_by": (
        *("gezeichnet durch", "konstrukteur", "constructed", "constructed by", "dwn", "dwn by"),
        *("drafter", "drafted by", "drafted", "creator", "bearbeitet von", "gez von"),
        *("gezeichn", "design by"),
        *("drawn", "drawn by", "gezeichnet", "gez", "created by", "erstellt", "erstellt durch", "erstellt von"),
        *("bearbeitet", "bearbeiter", "bearb", "author", "autor", "designed by", "designed", "konstruiert", "konstr"),
        *(
            "designer",
            "author name",
            "drn",
            "ersteller",
            "gezeichnet von",
            "drawer",
            "draughtsman",
            "engineer",
            "dr",
        ),
    ),
    "checked_by": (
        *("geprüft durch", "kontr", "chkd by", "ckd", "chk by", "check"),
        *("ckd by", "inspected", "inspected by", "review"),
        *("checked", "checked by", "chkd", "chk'd", "chk", "geprüft", "gepr", "geprüft von", "prüfer", "reviewed"),
        *("reviewed by", "rev by", "checker", "kontrolliert", "kontrolle", "verified by", "ck"),
    ),
    "approved_by": (
        *("genehmigt durch", "freigegeben durch", "freig", "gen", "app", "app'd"),
        *("apprd", "approver", "authorized by", "authorised by"),
        *("approved", "approved by", "appr", "appr by", "appv'd", "appvd", "appd", "genehmigt", "genehmigt von"),
        *("freigegeben", "freigegeben von", "freigabe", "released by", "eng appr", "approval person"),
    ),
    "drawn_date": (
        "first issued",
        "drawn date",
        "date drawn",
        "gezeichnet am",
        "erstellt am",
        "erstelldatum",
        "erstellungsdatum",
    ),
    "checked_date": ("checked date", "date checked", "geprüft am", "prüfdatum"),
    "approved_date": (
        *("approved date", "date approved", "approval date", "genehmigt am", "freigegeben am", "freigabedatum"),
        *("release date", "released on"),
    ),
    "date": (
        *("date", "datum", "date of issue", "issue date", "ausgabedatum", "created"),
        *("creation date", "drawing date"),
    ),
    "company": (
        *("company", "firma", "legal owner", "eigentümer", "owner", "gesetzlicher eigentümer", "organization"),
        *("hersteller", "manufacturer", "company name", "organisation"),
    ),
    "paper": ("size", "format", "blattformat", "papierformat", "paper size", "sheet size", "blattgrösse", "paper"),
    "finish": (
        *("finish", "surface finish", "oberfläche", "oberflächengüte", "oberflächenbeschaffenheit", "oberflächen"),
        *("oberfl", "oberflächenzeichen"),
        *("general surface finish", "surface", "surface roughness", "oberflächenangabe", "surface texture"),
    ),
    "treatment": (
        *("surface treatment", "oberflächenbehandlung", "behandlung", "heat treatment", "wärmebehandlung"),
        *("coating", "beschichtung", "treatment", "härte", "hardness", "oberflächenschutz", "oberfl behandlung"),
    ),
    "quantity": (
        *("quantity", "qty", "menge", "stückzahl", "stück", "anzahl", "no required", "qty required", "no off"),
        *("pieces", "quantity required", "stk", "number required", "required", "total qty"),
    ),
    "projection": ("projection", "projektion", "projektionsmethode", "projection method", "projection type"),
    "customer": ("customer", "kunde", "client", "auftraggeber"),
    "project": ("project", "projekt", "project no", "projektnummer", "job no", "auftrag", "order no", "auftragsnummer"),
    "department": (
        *("department", "abteilung", "responsible department", "verantwortliche abteilung", "verantwortl abtlg"),
        *("group", "gruppe", "dept", "responsible dept", "verantwortliche abtlg"),
    ),
    "document_type": ("document type", "dokumentenart", "dokumentart", "type of document"),
    "status": ("document status", "dokumentenstatus", "status", "dokumentstatus"),
    "unit": ("units", "unit", "einheit", "einheiten", "masse in", "masseinheit", "dimensions in", "dim in"),
}

#: Words of templates that are no field of ours, and never a value of one.
OTHER_LABELS = (
    *(
        "name",
        "names",
        "nam",
        "signature",
        "unterschrift",
        "signatur",
        "sign",
        "mfg",
        "qa",
        "q a",
        "produktion",
        "qualität",
    ),
    *("do not scale drawing", "zeichnung nicht skalieren", "deburr and", "break sharp", "edges", "entgraten"),
    *("und scharfe", "kanten", "brechen", "unless otherwise specified", "wenn nicht anders definiert", "norm"),
    *("dimensions are in millimeters", "bemassungen sind in millimeter", "dimensions in mm", "all dimensions in mm"),
    *("entgraten und scharfe kanten brechen", "deburr and break sharp edges", "comments", "bemerkung", "bemerkungen"),
    *("technical reference", "technische referenz", "contact information", "language", "sprache", "spr", "lang"),
    *("ursprung", "ersatz für", "ersetzt durch", "ers für", "ers durch", "replaces", "origin", "urspr", "used on"),
    *(
        "next assy",
        "application",
        "change description",
        "description of change",
        "zone",
        "proprietary and confidential",
    ),
    *(
        "cage code",
        "interpret geometric",
        "tolerancing per",
        "supplementary title",
        "zusätzlicher titel",
        "verwendet in",
    ),
    *("mgr appr", "mfg appr", "qa appr", "q a appr", "manager", "manufacturing", "quality", "filename", "itemref"),
    *("change", "änderungsbeschreibung", "approval", "remark", "remarks", "type", "typ", "file name", "dateiname"),
    *("three place decimal", "two place decimal", "fractional", "bend", "mach", "plot date", "vol", "volume"),
    *("drawing", "zeichnung", "standard", "norm gepr", "zust", "zustand", "signed", "dimensions in millimeters"),
)


def folded(text: str) -> str:
    """The text as labels are kept: lower case, without stops, commas, colons and brackets."""
    plain = re.sub(r"[.,:()\[\]-]", " ", text.casefold())
    return " ".join(re.sub(r"[’`´]", "'", plain).split())


def variants(label: str) -> frozenset[str]:
    """The label and what is left of it without one character: two words of one edit between them share one of these."""
    return frozenset((label, *(label[:i] + label[i + 1 :] for i in range(len(label)))))


FIELD_OF: dict[str, FieldName] = {label: name for name, labels in FIELD_LABELS.items() for label in labels}
LABELS = frozenset(FIELD_OF) | frozenset(OTHER_LABELS)
#: Shorter labels differ from ordinary words by one character too often.
SHORTEST_MISREAD = 7
_MISREAD: dict[str, str] = {
    variant: label for label in sorted(LABELS) if len(label) >= SHORTEST_MISREAD for variant in variants(label)
}


def misread(name: str) -> str | None:
    """The label that a folded text is, but for one character that a recogniser took for another."""
    if len(name) < SHORTEST_MISREAD:
        return None
    return next((_MISREAD[variant] for variant in sorted(variants(name)) if variant in _MISREAD), None)
