"""What answers call the things on a sheet, German and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from language import Language

Gender = Literal["m", "f", "n"]
_DEFINITE: dict[Gender, str] = {"m": "der", "f": "die", "n": "das"}
_INDEFINITE: dict[Gender, str] = {"m": "ein", "f": "eine", "n": "ein"}


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun in both languages; `gender` is the German one's."""

    de: str
    gender: Gender
    de_plural: str
    en: str
    en_plural: str

    def bare(self, language: Language) -> str:
        return self.de if language == "de" else self.en

    def the(self, language: Language) -> str:
        return f"{_DEFINITE[self.gender]} {self.de}" if language == "de" else f"the {self.en}"

    def a(self, language: Language) -> str:
        if language == "de":
            return f"{_INDEFINITE[self.gender]} {self.de}"
        return f"{'an' if self.en[0] in 'aeiou' else 'a'} {self.en}"

    def plural(self, language: Language) -> str:
        return self.de_plural if language == "de" else self.en_plural


NOUNS: dict[str, Noun] = {
    # Features of a callout
    "size": Noun("Maß", "n", "Maße", "dimension", "dimensions"),
    "linear": Noun("Maß", "n", "Maße", "dimension", "dimensions"),
    "diameter": Noun("Durchmesser", "m", "Durchmesser", "diameter", "diameters"),
    "radius": Noun("Radius", "m", "Radien", "radius", "radii"),
    "angle": Noun("Winkel", "m", "Winkel", "angle", "angles"),
    "thread": Noun("Gewinde", "n", "Gewinde", "thread", "threads"),
    "chamfer": Noun("Fase", "f", "Fasen", "chamfer", "chamfers"),
    "length": Noun("Länge", "f", "Längenmaße", "length", "length dimensions"),
    "width": Noun("Breite", "f", "Breitenmaße", "width", "width dimensions"),
    "height": Noun("Höhe", "f", "Höhenmaße", "height", "height dimensions"),
    "thickness": Noun("Dicke", "f", "Längenmaße", "thickness", "length dimensions"),
    "distance": Noun("Abstand", "m", "Längenmaße", "distance", "length dimensions"),
    "core_hole": Noun("Kernlochdurchmesser", "m", "Kernlochdurchmesser", "core hole diameter", "core hole diameters"),
    "counterbore": Noun("Senkung", "f", "Senkungen", "counterbore", "counterbores"),
    "across_flats": Noun("Schlüsselweite", "f", "Schlüsselweiten", "width across flats", "widths across flats"),
    "countersink": Noun("Kegelsenkung", "f", "Kegelsenkungen", "countersink", "countersinks"),
    "tolerance": Noun("Toleranz", "f", "Toleranzen", "tolerance", "tolerances"),
    "fit": Noun("Passung", "f", "Passungen", "fit", "fits"),
    "depth": Noun("Tiefe", "f", "Tiefen", "depth", "depths"),
    "pitch": Noun("Steigung", "f", "Steigungen", "pitch", "pitches"),
    "upper_limit": Noun("obere Grenzmaß", "n", "Grenzmaße", "upper limit", "limits"),
    "lower_limit": Noun("untere Grenzmaß", "n", "Grenzmaße", "lower limit", "limits"),
    "roughness": Noun("Rauheitsangabe", "f", "Rauheitsangaben", "roughness", "roughness values"),
    "general_tolerance": Noun(
        "Allgemeintoleranz", "f", "Allgemeintoleranzen", "general tolerance", "general tolerances"
    ),
    "row": Noun("Zeile", "f", "Zeilen", "row", "rows"),
    "price": Noun("Preis", "m", "", "price", ""),
    "supplier": Noun("Lieferant", "m", "", "supplier", ""),
    "standard": Noun("Norm", "f", "", "standard", ""),
    "x": Noun("x-Koordinate", "f", "", "x coordinate", ""),
    "y": Noun("y-Koordinate", "f", "", "y coordinate", ""),
    "remark": Noun("Bemerkung", "f", "", "remark", ""),
    "description": Noun("Bezeichnung", "f", "", "description", ""),
    "item": Noun("Position", "f", "", "item", ""),
    "value": Noun("Wert", "m", "", "value", ""),
    "table": Noun("Tabelle", "f", "Tabellen", "table", "tables"),
    "section": Noun("Schnitt", "m", "Schnitte", "section", "sections"),
    "detail": Noun("Einzelheit", "f", "Einzelheiten", "detail", "details"),
    "view": Noun("benannte Ansicht", "f", "benannte Ansichten", "named view", "named views"),
    "note": Noun("Anmerkung", "f", "Anmerkungen", "note", "notes"),
    "datum": Noun("Bezug", "m", "Bezüge", "datum", "datums"),
    # Requirements in words
    "heat_treatment": Noun("Wärmebehandlung", "f", "", "heat treatment", ""),
    "coating": Noun("Oberflächenbehandlung", "f", "", "surface treatment", ""),
    "edges": Noun("Angabe zu den Kanten", "f", "", "statement on edges", ""),
    "welding": Noun("Schweißangabe", "f", "", "welding instruction", ""),
    "marking": Noun("Kennzeichnung", "f", "", "marking", ""),
    # Geometrical tolerances
    "frame": Noun(
        "Form- oder Lagetoleranz", "f", "Form- und Lagetoleranzen", "geometrical tolerance", "geometrical tolerances"
    ),
    "straightness": Noun(
        "Geradheitstoleranz", "f", "Geradheitstoleranzen", "straightness tolerance", "straightness tolerances"
    ),
    "flatness": Noun("Ebenheitstoleranz", "f", "Ebenheitstoleranzen", "flatness tolerance", "flatness tolerances"),
    "circularity": Noun(
        "Rundheitstoleranz", "f", "Rundheitstoleranzen", "circularity tolerance", "circularity tolerances"
    ),
    "cylindricity": Noun(
        "Zylinderformtoleranz", "f", "Zylinderformtoleranzen", "cylindricity tolerance", "cylindricity tolerances"
    ),
    "line_profile": Noun(
        "Linienprofiltoleranz", "f", "Linienprofiltoleranzen", "line profile tolerance", "line profile tolerances"
    ),
    "surface_profile": Noun(
        "Flächenprofiltoleranz",
        "f",
        "Flächenprofiltoleranzen",
        "surface profile tolerance",
        "surface profile tolerances",
    ),
    "parallelism": Noun(
        "Parallelitätstoleranz", "f", "Parallelitätstoleranzen", "parallelism tolerance", "parallelism tolerances"
    ),
    "perpendicularity": Noun(
        "Rechtwinkligkeitstoleranz",
        "f",
        "Rechtwinkligkeitstoleranzen",
        "perpendicularity tolerance",
        "perpendicularity tolerances",
    ),
    "angularity": Noun("Neigungstoleranz", "f", "Neigungstoleranzen", "angularity tolerance", "angularity tolerances"),
    "position": Noun("Positionstoleranz", "f", "Positionstoleranzen", "position tolerance", "position tolerances"),
    "concentricity": Noun(
        "Konzentrizitätstoleranz",
        "f",
        "Konzentrizitätstoleranzen",
        "concentricity tolerance",
        "concentricity tolerances",
    ),
    "symmetry": Noun("Symmetrietoleranz", "f", "Symmetrietoleranzen", "symmetry tolerance", "symmetry tolerances"),
    "circular_runout": Noun(
        "Rundlauftoleranz", "f", "Rundlauftoleranzen", "circular run-out tolerance", "circular run-out tolerances"
    ),
    "total_runout": Noun(
        "Gesamtlauftoleranz", "f", "Gesamtlauftoleranzen", "total run-out tolerance", "total run-out tolerances"
    ),
    # Fields of the title block
    "title": Noun("Benennung", "f", "", "title", ""),
    "drawing_number": Noun("Zeichnungsnummer", "f", "", "drawing number", ""),
    "part_number": Noun("Teilenummer", "f", "", "part number", ""),
    "revision": Noun("Revision", "f", "", "revision", ""),
    "sheet": Noun("Blattangabe", "f", "", "sheet number", ""),
    "scale": Noun("Maßstab", "m", "", "scale", ""),
    "material": Noun("Werkstoff", "m", "", "material", ""),
    "alloy": Noun("Legierung mit Zustand", "f", "", "alloy with its temper", ""),
    "hardness": Noun("Härteangabe", "f", "", "hardness", ""),
    "linear_tolerance": Noun("Toleranz für Längenmaße", "f", "", "tolerance of linear dimensions", ""),
    "angular_tolerance": Noun("Toleranz für Winkelmaße", "f", "", "tolerance of angular dimensions", ""),
    "mass": Noun("Gewicht", "n", "", "weight", ""),
    "drawn_by": Noun("Ersteller", "m", "", "author", ""),
    "checked_by": Noun("Prüfer", "m", "", "checker", ""),
    "approved_by": Noun("Freigebender", "m", "", "approver", ""),
    "drawn_date": Noun("Erstellungsdatum", "n", "", "date of drawing", ""),
    "checked_date": Noun("Prüfdatum", "n", "", "date of checking", ""),
    "approved_date": Noun("Freigabedatum", "n", "", "date of approval", ""),
    "date": Noun("Datum", "n", "", "date", ""),
    "company": Noun("Firma", "f", "", "company", ""),
    "paper": Noun("Blattformat", "n", "", "paper size", ""),
    "finish": Noun("Oberflächenangabe", "f", "", "surface finish", ""),
    "treatment": Noun("Behandlung", "f", "", "treatment", ""),
    "quantity": Noun("Stückzahl", "f", "", "quantity", ""),
    "projection": Noun("Projektionsmethode", "f", "", "projection method", ""),
    "customer": Noun("Kunde", "m", "", "customer", ""),
    "project": Noun("Projekt", "n", "", "project", ""),
    "department": Noun("Abteilung", "f", "", "department", ""),
    "document_type": Noun("Dokumentenart", "f", "", "document type", ""),
    "status": Noun("Dokumentenstatus", "m", "", "document status", ""),
    "unit": Noun("Maßeinheit", "f", "", "unit", ""),
}
#: What the largest or smallest of a kind is chosen among.
COMPARED: dict[str, Noun] = {
    "length": Noun("Längenmaß", "n", "", "length dimension", ""),
    "width": Noun("waagerechte Maß", "n", "", "horizontal dimension", ""),
    "height": Noun("senkrechte Maß", "n", "", "vertical dimension", ""),
    "thickness": Noun("Längenmaß", "n", "", "length dimension", ""),
    "distance": Noun("Längenmaß", "n", "", "length dimension", ""),
}
