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
        *("part name", "part title", "teilename", "teilebenennung", "gegenstand", "designation", "name of part"),
        *("drawing name", "zeichnungsname", "zeichnungstitel", "document title", "titel zusätzlicher titel"),
    ),
    "drawing_number": (
        *("dwg no", "dwg", "dwg nr", "drawing no", "drawing nr", "drawing number", "drg no", "zeichnungsnummer"),
        *("zeichnungsnr", "zeichnungs nr", "zeichnungs nummer", "zeichn nr", "zeichng nr", "zng nr", "znr"),
        *("document no", "document number", "doc no", "dokumentnummer", "dokument nr", "identification number"),
        *("sachnummer", "sach nr", "identnummer", "ident nr", "zeichnung nr", "drawing #", "dwg #", "number"),
    ),
    "part_number": (
        *("part no", "part number", "part nr", "p/n", "teilenummer", "teile nr", "teilenr", "artikelnummer"),
        *("artikel nr", "artikelnr", "material number", "materialnummer", "item number", "bestellnummer"),
    ),
    "revision": (
        *("rev", "revision", "rev no", "revision no", "rev index", "revision index", "rev letter", "sheet rev"),
        *("änderung", "änderungsindex", "änderungsstand", "index", "änd", "änd index", "version", "ausgabe"),
        *("issue", "stand", "edition"),
    ),
    "sheet": ("sheet", "sheet no", "sheet number", "blatt", "blatt nr", "page", "seite", "blätter", "sht"),
    "scale": ("scale", "massstab", "masstab", "scale of drawing", "mst", "drawing scale"),
    "material": (
        *("material", "werkstoff", "mat", "matl", "material specification", "werkstoffbezeichnung", "material grade"),
        *("werkstoff halbzeug", "material halbzeug", "raw material", "halbzeug"),
    ),
    "general_tolerance": (
        *("general tolerance", "general tolerances", "allgemeintoleranz", "allgemeintoleranzen", "tolerances"),
        *("toleranzen", "freimasstoleranz", "freimasstoleranzen", "tolerance", "toleranz", "tolerierung"),
        *("tolerance if not indicated acc to", "tolerances unless otherwise specified", "toleranzangaben"),
        *("allgemein toleranzen", "general tol", "gen tol", "masse ohne toleranzangabe", "tolerancing"),
    ),
    "linear_tolerance": ("linear", "linear tolerance", "längen", "längenmasse", "linear dimensions"),
    "angular_tolerance": ("angular", "angular tolerance", "winkel", "winkelmasse", "angles", "angle"),
    "mass": ("weight", "gewicht", "mass", "masse", "mass kg", "masse kg", "gewicht kg", "weight kg", "weight g"),
    "drawn_by": (
        *("drawn", "drawn by", "gezeichnet", "gez", "created by", "erstellt", "erstellt durch", "erstellt von"),
        *("bearbeitet", "bearbeiter", "bearb", "author", "autor", "designed by", "designed", "konstruiert", "konstr"),
        *(
            "designer",
            "author name",
            "drn",
            "drawn date",
            "ersteller",
            "gezeichnet von",
            "drawer",
            "draughtsman",
            "engineer",
            "dr",
        ),
    ),
    "checked_by": (
        *("checked", "checked by", "chkd", "chk'd", "chk", "geprüft", "gepr", "geprüft von", "prüfer", "reviewed"),
        *("reviewed by", "rev by", "checker", "kontrolliert", "kontrolle", "verified by", "ck"),
    ),
    "approved_by": (
        *("approved", "approved by", "appr", "appr by", "appv'd", "appvd", "appd", "genehmigt", "genehmigt von"),
        *("freigegeben", "freigegeben von", "freigabe", "released", "released by", "eng appr", "approval person"),
    ),
    "date": (
        *("date", "datum", "date of issue", "issue date", "ausgabedatum", "erstelldatum", "release date", "created"),
        *("creation date", "erstellungsdatum", "freigabedatum", "date drawn", "drawing date"),
    ),
    "company": (
        *("company", "firma", "legal owner", "eigentümer", "owner", "gesetzlicher eigentümer", "organization"),
        *("hersteller", "manufacturer", "company name", "organisation"),
    ),
    "paper": ("size", "format", "blattformat", "papierformat", "paper size", "sheet size", "blattgrösse", "paper"),
    "finish": (
        *("finish", "surface finish", "oberfläche", "oberflächengüte", "oberflächenbeschaffenheit", "oberflächen"),
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
    "projection": ("projection", "projektion", "projektionsmethode", "projection method", "first angle projection"),
    "customer": ("customer", "kunde", "client", "auftraggeber"),
    "project": ("project", "projekt", "project no", "projektnummer", "job no", "auftrag", "order no", "auftragsnummer"),
    "department": (
        *("department", "abteilung", "responsible department", "verantwortliche abteilung", "verantwortl abtlg"),
        *("group", "gruppe", "dept", "responsible dept", "verantwortliche abtlg"),
    ),
    "document_type": ("document type", "dokumentenart", "dokumentart", "type of document"),
    "status": ("document status", "dokumentenstatus", "status", "dokumentstatus"),
    "unit": ("units", "unit", "einheit", "einheiten", "masse in"),
}

#: Words of templates that are no field of ours, and never a value of one.
OTHER_LABELS = (
    *("name", "names", "signature", "unterschrift", "signatur", "sign", "mfg", "qa", "q a", "produktion", "qualität"),
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
    *("change", "änderungsbeschreibung", "approval", "remark", "remarks", "type", "typ", "file name", "dateiname"),
    *("three place decimal", "two place decimal", "fractional", "bend", "mach", "plot date", "vol", "volume"),
    *("drawing", "zeichnung", "standard", "norm gepr", "zust", "zustand", "signed", "dimensions in millimeters"),
)


def folded(text: str) -> str:
    """The text as labels are kept: lower case, without stops, commas, colons and brackets."""
    plain = re.sub(r"[.,:()\[\]-]", " ", text.casefold())
    return " ".join(re.sub(r"[’`´]", "'", plain).split())


FIELD_OF: dict[str, FieldName] = {label: name for name, labels in FIELD_LABELS.items() for label in labels}
LABELS = frozenset(FIELD_OF) | frozenset(OTHER_LABELS)
