"""What a question asks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.labels import FieldName
from language import Language
from reader.questions import Question, language_of_question, understand
from reader.vocabulary import Attribute, Feature, Topic


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Was ist der Außendurchmesser?", "de"),
        ("What is the outer diameter?", "en"),
        ("Welche Toleranz hat die Bohrung?", "de"),
        ("List all threads", "en"),
        ("Stückliste", "de"),
        ("Liste alle Gewinde in Detail A", "de"),
        ("How many M8 are there in Schnitt A-A?", "en"),
    ],
)
def test_the_questions_own_words_tell_its_language(text: str, language: Language) -> None:
    other: Language = "en" if language == "de" else "de"
    assert language_of_question(text, other) == language


def test_a_question_without_words_is_in_the_clients_language() -> None:
    assert language_of_question("Ø70,50?", "en") == "en"
    assert language_of_question("Ø70,50?", "de") == "de"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Wie lautet die Zeichnungsnummer laut Schriftfeld?", "drawing_number"),
        ("What is entered in the DWG NO. field?", "drawing_number"),
        ("Wie lautet die Benennung des Teils?", "title"),
        ("What is the title of the drawing?", "title"),
        ("Aus welchem Werkstoff ist die Welle?", "material"),
        ("Which material is specified?", "material"),
        ("In welchem Maßstab ist die Zeichnung?", "scale"),
        ("What is the scale?", "scale"),
        ("Wer hat die Zeichnung erstellt?", "drawn_by"),
        ("Who drew this?", "drawn_by"),
        ("Wer hat geprüft?", "checked_by"),
        ("Who approved the drawing?", "approved_by"),
        ("Welches Datum trägt das Blatt?", "date"),
        ("What is the date of the drawing?", "date"),
        ("Wann wurde die Zeichnung freigegeben?", "approved_date"),
        ("Welche Revision hat das Blatt?", "revision"),
        ("Was wiegt das Teil?", "mass"),
        ("What is the weight?", "mass"),
        ("Welches Papierformat ist angegeben?", "paper"),
        ("Auf welchem Papierformat ist das gezeichnet?", "paper"),
        ("Blattgröße?", "paper"),
        ("How many sheets does the drawing have?", "sheet"),
        ("Welche Projektionsmethode?", "projection"),
        ("Zeichnungsdatum?", "date"),
        ("Wann gezeichnet?", "drawn_date"),
        ("when was it drawn", "drawn_date"),
        ("wer hat's gezeichnet", "drawn_by"),
        ("name of the part?", "title"),
        ("What part is shown here?", "title"),
        ("who owns the drawing?", "company"),
        ("units used on the drawing?", "unit"),
        ("Sind die Maße in mm?", "unit"),
        ("Letzte Änderung?", "revision"),
        ("Wie lautet die Materialangabe?", "material"),
        ("Von wem stammt die Zeichnung?", "drawn_by"),
        ("drg no?", "drawing_number"),
        ("Besteht der Ring aus Messing, oder woraus sonst?", "material"),
        ("Aus was sind die Backen?", "material"),
        ("Was für ein Stahl wird verwendet?", "material"),
        ("what kind of plastic?", "material"),
        ("How many kg is it?", "mass"),
        ("Wie alt ist der Plan?", "date"),
        ("Hersteller?", "company"),
        ("Aktueller Stand?", "revision"),
        ("what is it?", "title"),
        ("Was ist das hier?", "title"),
        ("A1 oder A2?", "paper"),
        ("What does it bring on the Waage, in g?", "mass"),
        ("Nr. dieser Zeichnung", "drawing_number"),
        ("Who approved it, going by the title block?", "approved_by"),
        ("Wer steht auf dem Blatt?", "drawn_by"),
        ("drawing name?", "title"),
    ],
)
def test_fields_of_the_title_block_are_known(text: str, field: FieldName) -> None:
    asked = understand(text)
    assert (asked.topic, asked.field) == ("field", field)


@pytest.mark.parametrize(
    ("text", "feature", "attribute"),
    [
        ("Was ist der Außendurchmesser?", "diameter", "value"),
        ("Welcher Radius?", "radius", "value"),
        ("How thick is the plate?", "thickness", "value"),
        ("Wie lang ist das Teil?", "length", "value"),
        ("Welche Passung hat die Bohrung Ø12?", "diameter", "fit"),
        ("What tolerance class has the thread?", "thread", "fit"),
        ("Which deviations apply to the 7.50 thickness?", "thickness", "tolerance"),
        ("Wie tief ist das Gewinde?", "thread", "depth"),
        ("How deep is the counterbore?", "counterbore", "depth"),
        ("Welches Gewinde haben die Bohrungen?", "thread", "value"),
        ("How many M8 threads are there?", "thread", "quantity"),
        ("Was ist das Höchstmaß von Ø12?", "diameter", "upper_limit"),
        ("What is the lower limit of the radius?", "radius", "lower_limit"),
        ("Welchen Abstand haben die Bohrungen?", "distance", "value"),
        ("What is the tap drill diameter?", "core_hole", "value"),
        ("Welche Fase ist angegeben?", "chamfer", "value"),
        ("What is the pitch of the thread?", "thread", "pitch"),
        ("Schlüsselweite?", "across_flats", "value"),
        ("Auf welchem Lochkreis liegen die Bohrungen?", "diameter", "value"),
        ("PCD?", "diameter", "value"),
        ("c'bore depth?", "counterbore", "depth"),
        ("csk diameter", "countersink", "value"),
        ("How far are the holes from the edge?", "distance", "value"),
        ("Wie weit ist die Nut vom Ende entfernt?", "distance", "value"),
        ("Mit welchem Sitz wird das Lager aufgenommen?", None, "fit"),
        ("Was sind die Grenzmaße von 25?", "size", "tolerance"),
        ("Wie genau ist die Breite?", "width", "tolerance"),
        ("smallest allowed diameter", "diameter", "lower_limit"),
        ("qty?", None, "quantity"),
        ("Welche Schraube kommt da rein?", "thread", "value"),
        ("which bolt fits?", "thread", "value"),
        ("Womit vorbohren?", "core_hole", "value"),
        ("Welche Kante ist abgeschrägt?", "chamfer", "value"),
        ("wie dick ist die Achse?", "diameter", "value"),
        ("how thick is the pin", "diameter", "value"),
        ("how thick is the pin at its flats?", "thickness", "value"),
        ("Wie dick ist die Stange an der Abflachung?", "thickness", "value"),
        ("Welchen Bohrer nehme ich?", "diameter", "value"),
        ("Wie weit sind die Stifte auseinander?", "distance", "value"),
        ("what taper?", "angle", "value"),
        ("which wrench?", "across_flats", "value"),
        ("How much may the width vary?", "width", "tolerance"),
        ("kleinste erlaubte Breite?", "width", "lower_limit"),
        ("gerundete Kanten?", "radius", "value"),
    ],
)
def test_feature_and_attribute_are_told_apart(text: str, feature: Feature | None, attribute: Attribute) -> None:
    asked = understand(text)
    assert (asked.topic, asked.feature, asked.attribute) == ("callout", feature, attribute)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Welche Allgemeintoleranz gilt?", "general_tolerance"),
        ("What is the general tolerance?", "general_tolerance"),
        ("Welche Rauheit ist angegeben?", "roughness"),
        ("What Ra value applies?", "roughness"),
        ("Welche Ebenheitstoleranz ist vorgegeben?", "gdt"),
        ("What position tolerance applies with respect to datum A?", "gdt"),
        ("Gib die Stückliste aus", "table"),
        ("Extract the bill of materials", "table"),
        ("Was steht auf dem Blatt?", "summary"),
        ("Warum ist der Himmel blau?", "unknown"),
        ("Nach welcher Norm wird allgemein toleriert?", "general_tolerance"),
        ("Toleranz für Längenmaße?", "general_tolerance"),
        ("Which geometric tolerances apply, and to which datum?", "gdt"),
        ("Welche Freimaßtoleranzen gelten?", "general_tolerance"),
        ("straightness?", "gdt"),
        ("Wie eben muss die Auflage sein?", "gdt"),
        ("how flat is the seat", "gdt"),
        ("Wie genau müssen die Stifte sitzen?", "gdt"),
        ("Wie glatt ist die Bohrung?", "roughness"),
        ("Toleranz, wenn nichts anderes dran steht?", "general_tolerance"),
        ("gen. tol.?", "general_tolerance"),
        ("Die Bezüge bitte", "datums"),
        ("Which datum is defined?", "datums"),
        ("Sections?", "views"),
        ("Tell me about the part", "summary"),
        ("true position of the bolt holes?", "gdt"),
        ("Which datums are used on this drawing?", "datums"),
        ("Bezugselemente?", "datums"),
        ("Härteangabe?", "requirement"),
        ("Ist das Teil eloxiert?", "requirement"),
        ("is there a heat treatment", "requirement"),
        ("break sharp edges how?", "requirement"),
        ("Wie ist die Oberfläche behandelt?", "requirement"),
        ("Nenne mir die Anmerkungen auf dem Blatt", "notes"),
        ("How many notes are on the drawing?", "notes"),
        ("which section view is on the sheet", "views"),
        ("Welche Einzelheiten gibt es?", "views"),
    ],
)
def test_topics_are_told_apart(text: str, topic: Topic) -> None:
    assert understand(text).topic == topic


def test_a_german_datum_is_a_date_and_an_english_one_a_reference() -> None:
    assert understand("Welches Datum ist angegeben?").field == "date"
    assert understand("Which tolerance refers to datum B?").topic == "gdt"
    assert understand("Which tolerance refers to datum B?").datum == "B"


def test_sizes_and_threads_are_read_from_the_question() -> None:
    assert understand("Welche Toleranz hat Ø70,50?").numbers == (Decimal("70.50"),)
    assert understand("Wie tief ist M8x1,25?").designation == "M8x1,25"
    assert understand("Which kit is AEDM-5810-Z12?").numbers == ()


@pytest.mark.parametrize(
    ("text", "counted", "sizes"),
    [
        ("Wie tief sind die 4 Bohrungen?", 4, ()),
        ("What diameter do the four through holes have?", 4, ()),
        ("Welche Toleranz haben die zwei Nuten 8?", 2, (Decimal(8),)),
        ("Wie tief ist die Bohrung 12?", None, (Decimal(12),)),
        ("How deep are the 6 mm holes?", None, (Decimal(6),)),
    ],
)
def test_how_many_there_are_is_no_size(text: str, counted: int | None, sizes: tuple[Decimal, ...]) -> None:
    asked = understand(text)
    assert (asked.counted, asked.numbers) == (counted, sizes)


def test_views_and_quoted_names_are_read_from_the_question() -> None:
    assert understand("Welcher Winkel ist in Detail A bemaßt?").view == "A"
    assert understand("How deep is it in section A-A?").view == "A-A"
    assert understand("Wie lang ist das Profil „Frame Side“?").quoted == ("Frame Side",)


def test_quoted_names_do_not_tell_the_feature() -> None:
    assert understand('How many pieces of "Thread Radius Gauge" are required?').feature is None


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("Liste alle Gewinde", "every"),
        ("Which radii are there?", "every"),
        ("Welches Hilfsmaß ist angegeben?", "reference"),
        ("Wie viele Stück werden benötigt?", "needed"),
        ("Und welche Toleranz hat sie?", "follow_up"),
        ("What is its depth?", "follow_up"),
        ("Hallo", "small_talk"),
        ("Write me a poem", "small_talk"),
        ("Wie breit ist die Nut?", "of_a_part"),
        ("Welche Gewindegrößen kommen vor?", "every"),
        ("Passungen auflisten", "every"),
        ("Innendurchmesser?", "inner"),
        ("What's the ID of the bushing", "inner"),
        ("overall width and length?", "envelope"),
        ("Blechdicke?", "of_sheet_metal"),
    ],
)
def test_manners_of_asking_are_known(text: str, flag: str) -> None:
    assert getattr(understand(text), flag)


@given(st.text(max_size=200))
def test_no_question_makes_it_raise(text: str) -> None:
    assert isinstance(understand(text), Question)


@pytest.mark.parametrize("sign", ["7", "a", "7,", "M8 ", "7x"])
def test_a_question_of_one_sign_over_and_over_is_read_to_its_end(sign: str) -> None:
    """It took minutes while two repetitions competed for the digits."""
    assert understand((sign * 4000)[:4000]).text.startswith(sign)


def test_a_table_that_is_drawn_is_no_table_of_the_sheet() -> None:
    assert understand("How long is the table frame?").topic == "callout"


def test_a_tolerance_where_none_is_stated_is_the_general_one() -> None:
    assert understand("Welche Toleranz gilt, wenn nichts angegeben ist?").topic == "general_tolerance"
