"""Title blocks: labels in German and English, values below, beside and behind a colon."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.captions import caption_fields_of, view_captions_of
from drawing.labels import FieldName
from drawing.lines import blocks_of
from drawing.sheet import Box, Word
from drawing.title_block import title_block_of
from drawing.title_forms import fits
from drawing.title_region import region_of
from tests.lettered import in_cell, lettered, lines, reading, title_block
from tests.test_lines import words as any_words


def fields(*laid: list[Word]) -> dict[FieldName, str]:
    return {field.name: field.value for field in title_block_of(lines(*laid))}


def solidworks(**values: str) -> list[Word]:
    """An English template: the labels of rows at the left, small labels in the corners of cells."""
    cells = {
        "TITLE:": (1300, 1300, values.get("title", "")),
        "DWG NO.": (1300, 1430, values.get("number", "")),
        "MATERIAL:": (1000, 1430, values.get("material", "")),
    }
    words = lettered("UNLESS OTHERWISE SPECIFIED:", 560, 1180, height=12)
    words += lettered("REVISION", 1700, 1180, height=12) + lettered("WEIGHT:", 1000, 1500, height=12)
    words += lettered(f"SCALE:{values.get('scale', '')}", 1300, 1500, height=12)
    words += lettered("SHEET 1 OF 3", 1560, 1500, height=12)
    for row, label in enumerate(("DRAWN", "CHK'D", "APPV'D")):
        words += lettered(label, 560, 1330 + 33 * row, height=12)
        words += lettered(values.get(label.lower(), ""), 660, 1330 + 33 * row, height=14)
    for label, (x, y, value) in cells.items():
        words += lettered(label, x, y, height=12) + lettered(value, x + 90, y + 34, height=30)
    return words


def test_values_stand_below_their_german_labels() -> None:
    found = fields(title_block(title="Flanschwelle", number="4711-0815", material="C45E", scale="1:2", revision="B"))
    assert found["title"] == "Flanschwelle"
    assert found["drawing_number"] == "4711-0815"
    assert (found["material"], found["scale"], found["revision"]) == ("C45E", "1:2", "B")


def test_values_stand_in_the_cells_of_an_english_template() -> None:
    found = fields(solidworks(title="Bracket", number="UR10_29.20", material="PLA", scale="2:1"))
    assert (found["title"], found["drawing_number"], found["material"]) == ("Bracket", "UR10_29.20", "PLA")
    assert (found["scale"], found["sheet"]) == ("2:1", "1 OF 3")


def test_an_empty_cell_is_a_field_without_a_value() -> None:
    found = fields(solidworks(number="UR10_29.20"))
    assert (found["material"], found["title"], found["mass"], found["revision"]) == ("", "", "", "")


def test_names_and_dates_stand_beside_their_role() -> None:
    found = fields(solidworks(drawn="M. Muster"), lettered("12.03.2024", 850, 1330, height=14))
    assert (found["drawn_by"], found["drawn_date"]) == ("M. Muster", "12.03.2024")


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Werkstoff: EN AW-6082", "material", "EN AW-6082"),
        ("Maßstab: 1:2", "scale", "1:2"),
        ("MASSSTAB:1:2", "scale", "1:2"),
        ("Zeichnungsnummer: FL-4711", "drawing_number", "FL-4711"),
        ("Allgemeintoleranz: ISO 2768-mK", "general_tolerance", "ISO 2768-mK"),
        ("Gewicht: 1,2 kg", "mass", "1,2 kg"),
        ("LINEAR: ±0.1", "linear_tolerance", "±0.1"),
        ("SCALE: 1:2 WEIGHT", "scale", "1:2"),
    ],
)
def test_a_value_behind_a_colon_needs_no_title_block(text: str, name: FieldName, value: str) -> None:
    assert fields(lettered(text)) == {name: value}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("SCALE 1:1", "scale", "1:1"),
        ("SHEET 1 OF 3", "sheet", "1 OF 3"),
        ("Blatt 2", "sheet", "2"),
        ("SIZE A3", "paper", "A3"),
    ],
)
def test_a_value_of_strict_form_needs_no_colon(text: str, name: FieldName, value: str) -> None:
    assert fields(lettered(text)) == {name: value}


def test_a_label_in_two_languages_is_known() -> None:
    block = title_block(title="Kolv") + lettered("Weight /vikt", 2000, 1250, height=14)
    assert fields(block, lettered("18.19 g", 2000, 1286, height=24))["mass"] == "18.19 g"


def test_a_title_goes_on_in_the_next_line() -> None:
    block = solidworks(title="Adapter") + lettered("Plate", 1390, 1372, height=30)
    assert fields(block)["title"] == "Adapter Plate"


def test_a_value_of_the_wrong_form_is_not_taken() -> None:
    found = fields(title_block(scale="Flansch"))
    assert found["scale"] == ""


def test_the_paper_size_needs_no_label_in_the_title_block() -> None:
    found = fields(solidworks(number="UR10_29.20"), lettered("A3", 1750, 1460, height=22))
    assert (found["paper"], found["drawing_number"]) == ("A3", "UR10_29.20")


def test_single_words_are_no_labels_without_a_title_block() -> None:
    assert fields(lettered("Material"), lettered("Stahl", y=640)) == {}


def test_the_region_leaves_out_a_revision_table_far_away() -> None:
    laid = lines(title_block(title="Kolv"), lettered("REVISION", 1300, 60, height=14))
    region = region_of(laid)
    assert region is not None
    assert region.y1 > 1000


def test_a_sheet_without_labels_has_no_title_block() -> None:
    assert region_of(lines(lettered("25"), lettered("Ø40", y=700))) is None


def caption(*texts: str) -> dict[str, str]:
    laid = [lettered(text, 600, 600 + 44 * row, height=34) for row, text in enumerate(texts)]
    return {field.name: field.value for field in caption_fields_of(blocks_of(lines(*laid)))}


def test_a_caption_tells_what_a_title_block_would() -> None:
    found = caption(
        "Center Pulley - 11.8.2020", "Aluminium 7075", "A4 Drawing - Scale 4:1", "Dimensions in millimeters"
    )
    assert found == {
        "title": "Center Pulley",
        "date": "11.8.2020",
        "material": "Aluminium 7075",
        "paper": "A4",
        "scale": "4:1",
        "unit": "millimeters",
    }


def test_a_name_in_a_caption_is_known_by_its_form() -> None:
    assert caption("Lower Leg v1 - 7.10.2019", "A4 - Scale 1:1 - Erika Mustermann")["drawn_by"] == "Erika Mustermann"


def test_a_caption_tells_how_many_pieces_are_needed() -> None:
    assert caption("3mm polycarbonate sheets", "3 pieces - A4 - Scale 1:3")["quantity"] == "3 pieces"


def test_lettering_without_scale_or_date_is_no_caption() -> None:
    assert caption("Cut aluminum", "flange here") == {}


@pytest.mark.parametrize(
    ("texts", "name", "scale"),
    [
        (["Detail A - Tooth Profile (20 : 1)"], "A", "20:1"),
        (["SCHNITT A-A"], "A-A", None),
        (["SCHNITT B-B", "MASSSTAB 2 : 1"], "B-B", "2:1"),
        (["A", "20 : 1"], "A", "20:1"),
        (["A-A"], "A-A", None),
        (["Einzelheit X"], "X", None),
    ],
)
def test_views_are_known_by_their_captions(texts: list[str], name: str, scale: str | None) -> None:
    laid = [lettered(text, 600, 600 + 40 * row) for row, text in enumerate(texts)]
    assert [(view.name, view.scale) for view in view_captions_of(lines(*laid))] == [(name, scale)]


def test_a_views_caption_may_go_on_in_smaller_letters() -> None:
    laid = [
        lettered("SECTION", 600, 600, height=40),
        lettered("A-A", 810, 610, height=20),
        lettered("SCALE 1 : 2", 640, 660),
    ]
    assert [(view.name, view.scale) for view in view_captions_of(lines(*laid))] == [("A-A", "1:2")]


def test_the_scale_of_a_view_is_not_the_sheets() -> None:
    block = title_block(scale="1:5")
    found = reading(lettered("SCHNITT A-A", 600, 300), lettered("MASSSTAB 1 : 2", 600, 340), block).field("scale")
    assert found is not None
    assert found.value == "1:5"


def test_a_lone_letter_is_no_view() -> None:
    assert view_captions_of(lines(lettered("A"))) == ()


def test_the_reading_holds_labelled_fields_before_empty_ones() -> None:
    found = reading(title_block(revision="B"), lettered("REV:", 400, 100, height=14)).field("revision")
    assert found is not None
    assert found.value == "B"


@settings(max_examples=60, deadline=None)
@given(st.lists(any_words, max_size=25))
def test_nothing_makes_it_raise(laid: list[Word]) -> None:
    found = lines(laid)
    title_block_of(found)
    caption_fields_of(blocks_of(found))
    view_captions_of(found)


def grid(*rows: tuple[str, str, str]) -> list[Word]:
    """Rows of those who sign, below the heads of a German block (DIN 6771-1), in a block with other labels."""
    words = title_block(number="", material="S235JR", scale="1:2")
    words = [word for word in words if word.box.y1 > 1400]
    words += lettered("Datum", 900, 1300, height=14) + lettered("Name", 1060, 1300, height=14)
    for index, (role, date, name) in enumerate(rows):
        y = 1330 + 30 * index
        words += lettered(role, 800, y, height=18) + lettered(date, 900, y, height=18)
        words += lettered(name, 1060, y, height=18)
    return words


def test_who_signs_in_a_row_owns_its_name_and_date() -> None:
    found = fields(grid(("Bearb.", "12.03.98", "Müller"), ("Gepr.", "14.03.98", "Schmidt"), ("Norm", "", "")))
    assert (found["drawn_by"], found["drawn_date"]) == ("Müller", "12.03.98")
    assert (found["checked_by"], found["checked_date"]) == ("Schmidt", "14.03.98")


def test_a_row_lettered_close_is_parted_into_its_cells() -> None:
    found = fields(title_block(scale="1:1"), lettered("GEPRÜFT 14.03.98 Schmidt", 300, 1500, height=14))
    assert (found["checked_by"], found["checked_date"]) == ("Schmidt", "14.03.98")


@pytest.mark.parametrize("name", ["Dr. Lang", "Dr. Weber", "Prof. Dr. Meyer-Lang", "Dr. A. Blatt"])
def test_a_doctor_who_approves_is_no_drafter(name: str) -> None:
    """On other sheets both words are labels: who has drawn, and the language."""
    found = fields(title_block(title="Deckel", number="4711", drawn="Meier", approved=name, scale="1:2"))
    assert (found["approved_by"], found["drawn_by"]) == (name, "Meier")


def test_a_drafter_is_no_doctor() -> None:
    found = fields(title_block(scale="1:1"), lettered("Dr. 14.03.98 Schmidt", 300, 1500, height=14))
    assert (found["drawn_by"], found["drawn_date"]) == ("Schmidt", "14.03.98")


def test_a_label_of_several_words_is_not_parted() -> None:
    assert fields(title_block())["approved_by"] == ""


def test_a_label_misread_by_one_character_is_known() -> None:
    words = [word for word in title_block(title="Welle", scale="1:2") if word.text != "Zeichnungsnummer"]
    words += lettered("ZElCHNUNGSNR.", 300, 1300, height=14, source="ocr")
    assert fields(words, lettered("LB-7", 300, 1335, height=24))["drawing_number"] == "LB-7"


def test_a_title_goes_on_beside_the_label_of_another_cell() -> None:
    words = title_block(title="Lagerdeckel") + lettered("mit Haltern", 1300, 1420, height=22)
    words += lettered("Approved by", 1000, 1420, height=14)
    assert fields(words)["title"] == "Lagerdeckel mit Haltern"


def test_the_tallest_number_of_a_block_without_a_label_for_it_is_the_drawings() -> None:
    words = [word for word in title_block(title="Welle") if word.text != "Zeichnungsnummer"]
    assert fields(words, lettered("4711-08", 1800, 1380, height=50))["drawing_number"] == "4711-08"


def test_a_letter_above_the_scale_of_a_title_block_is_no_view() -> None:
    words = title_block(title="Welle", number="LB-7")
    sheet = reading(words, lettered("B", 1300, 1430, height=24), lettered("SCALE: 1:2", 1300, 1470, height=16))
    assert sheet.views == ()


def test_the_scale_in_the_caption_of_a_section_is_no_part_of_the_title_block() -> None:
    caption = lettered("SCALE 1:5", 1300, 900, height=40)
    box = reading(title_block(title="Welle", scale="1:2"), caption).title_box
    assert box is not None
    assert box.y1 > 1000


def high_cells(**values: str) -> list[Word]:
    """Cells ten times as high as their labels, whose values stand at the bottom."""
    cells = {"Benennung": 1300, "Gesamtgewicht": 1700, "Gez.": 2000}
    return [
        word
        for label, x in cells.items()
        for word in (
            *lettered(label, x, 1300, height=14),
            *lettered(values.get(label, ""), x, 1410, height=24),
            *lettered("Maßstab", x, 1450, height=14),
        )
    ]


def test_a_value_may_stand_at_the_bottom_of_a_high_cell() -> None:
    found = fields(high_cells(Benennung="Grundrahmen", Gesamtgewicht="238 kg"))
    assert (found["title"], found["mass"]) == ("Grundrahmen", "238 kg")


def test_an_empty_cell_does_not_take_what_stands_below_another_label() -> None:
    found = fields(high_cells(), lettered("Grundrahmen", 1300, 1480, height=24))
    assert found["title"] == ""


def test_who_signed_and_when_may_share_a_cell() -> None:
    signed = [*lettered("Geprüft", 1300, 1180, height=14), *lettered("Kern 03.02.22", 1300, 1210, height=20)]
    found = fields(title_block(scale="1:2"), signed)
    assert (found["checked_by"], found["checked_date"]) == ("Kern", "03.02.22")


def test_a_date_is_no_drawing_number() -> None:
    found = fields(
        lettered("Zeichn.-Nr.:", 1300, 1300, height=20),
        lettered("VF 24-085", 1600, 1300, height=26),
        lettered("Datum:", 1300, 1370, height=20),
        lettered("5. Mai 2015", 1550, 1370, height=26),
        lettered("Maßstab: 1:1", 1300, 1440, height=20),
        lettered("Index: b", 1300, 1510, height=20),
    )
    assert (found["drawing_number"], found["date"]) == ("VF 24-085", "5. Mai 2015")


def test_the_name_of_a_company_is_no_title() -> None:
    labels = ("Maßstab", "Gewicht", "Werkstoff", "Datum", "Blatt")
    block = [word for i, label in enumerate(labels) for word in lettered(label, 1300, 1250 + 50 * i, height=14)]
    named = lettered("Kestrel Automation GmbH", 1530, 1275, height=26)
    assert fields(block, named, lettered("Motor bracket", 1530, 1425, height=24))["title"] == "Motor bracket"


def test_who_signs_beside_the_role_is_not_the_name_below_it() -> None:
    signed = [*lettered("Gepr.", 1300, 1100, height=20), *lettered("Sauer", 1600, 1100, height=20)]
    found = fields(title_block(scale="1:2"), signed, lettered("Pumpenwerk Altmark", 1300, 1160, height=24))
    assert found["checked_by"] == "Sauer"


def test_a_numbered_note_may_be_a_field() -> None:
    assert fields(lettered("2. FINISH: CHROMATE CONVERSION", 300, 300))["finish"] == "CHROMATE CONVERSION"


def test_a_value_stands_anywhere_in_the_cell_of_its_label() -> None:
    cell = Box(990, 1400, 1290, 1800)
    words = in_cell(cell, lettered("MATERIAL:", 1000, 1430, height=12), lettered("1.4301", 1150, 1770, height=24))
    assert fields(solidworks(), words)["material"] == "1.4301"


def test_a_label_whose_cell_is_empty_takes_no_value_from_a_cell_with_a_label() -> None:
    finish = in_cell(Box(1000, 1300, 1290, 1360), lettered("FINISH", 1010, 1310, height=12))
    drawn = in_cell(
        Box(1000, 1360, 1290, 1420), lettered("COMMENTS", 1010, 1370, height=12), lettered("Black", 1010, 1400)
    )
    assert fields(solidworks(), finish, drawn)["finish"] == ""


def test_a_value_in_a_cell_of_its_own_belongs_to_the_label_beside_it() -> None:
    label = in_cell(Box(550, 1540, 650, 1580), lettered("Q.A", 560, 1560, height=12))
    role = in_cell(Box(550, 1500, 650, 1540), lettered("REVIEWED BY", 560, 1520, height=12))
    name = in_cell(Box(650, 1500, 850, 1540), lettered("T. Vogel", 660, 1520, height=14))
    assert fields(solidworks(), label, role, name)["checked_by"] == "T. Vogel"


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("SCALE 1:1 WEIGHT 0.186 kg SHEET 1 of 1", {"scale": "1:1", "mass": "0.186 kg", "sheet": "1 of 1"}),
        ("SCALE: 1:2 WEIGHT: .92 LB", {"scale": "1:2", "mass": ".92 LB"}),
        ("FILE NAME: B-1.DFT WEIGHT: 98 g MATERIAL: 1.2842", {"mass": "98 g", "material": "1.2842"}),
    ],
)
def test_a_row_of_labels_with_values_is_read_label_by_label(row: str, found: dict[FieldName, str]) -> None:
    said = fields(solidworks(), lettered(row, 560, 1650, height=14))
    assert {name: said[name] for name in found} == found


def test_the_scale_in_a_view_s_caption_is_not_the_sheet_s() -> None:
    assert "scale" not in fields(lettered("SECTION A-A SCALE 2:1"))


def test_a_title_and_a_number_without_labels_stand_in_cells_beside_the_labelled_ones() -> None:
    """The block of DIN 6771-1 has no words for them."""
    cells = [
        *in_cell(Box(900, 1300, 1100, 1360), lettered("(Zul. Abw.)", 905, 1310, height=14)),
        *in_cell(Box(1100, 1300, 1300, 1360), lettered("Maßstab", 1105, 1310, height=14)),
        *in_cell(Box(1300, 1300, 1500, 1360), lettered("(Gewicht)", 1305, 1310, height=14)),
        *in_cell(Box(900, 1360, 1000, 1400), lettered("Bearb.", 905, 1380, height=16)),
        *in_cell(Box(900, 1400, 1000, 1440), lettered("Gepr.", 905, 1420, height=16)),
        *in_cell(Box(1000, 1360, 1100, 1400), lettered("Huber", 1005, 1380, height=16)),
        *in_cell(Box(1000, 1400, 1100, 1440), lettered("Maier", 1005, 1420, height=16)),
        *in_cell(Box(1100, 1360, 1500, 1480), lettered("Antriebswelle", 1150, 1420, height=32)),
        *in_cell(Box(1100, 1480, 1500, 1560), lettered("4-0815-1107", 1150, 1520, height=32)),
    ]
    found = fields(cells)
    assert (found["title"], found["drawing_number"]) == ("Antriebswelle", "4-0815-1107")


def test_a_value_in_the_next_cell_of_a_row_may_stand_far_away() -> None:
    label = in_cell(Box(550, 1540, 1000, 1580), lettered("ARTICLE NO", 560, 1560, height=12))
    value = in_cell(Box(1000, 1540, 1400, 1580), lettered("P-2044-B", 1010, 1560, height=14))
    assert fields(solidworks(), label, value)["part_number"] == "P-2044-B"


def test_the_label_of_another_role_is_no_name() -> None:
    roles = [
        *in_cell(Box(500, 1600, 700, 1660), lettered("ENG APPR", 510, 1610, height=12)),
        *in_cell(Box(700, 1600, 900, 1660), lettered("MGR APPR", 710, 1610, height=12)),
    ]
    assert fields(solidworks(), roles)["approved_by"] == ""


@pytest.mark.parametrize(("printed", "name"), [("REV B", "revision"), ("1.84 LB", "mass"), (".92 lbs", "mass")])
def test_a_value_is_known_by_its_form(printed: str, name: FieldName) -> None:
    assert fits(name, printed)


def test_the_pieces_of_a_caption_may_be_set_apart_by_commas() -> None:
    words = [*lettered("Turntable disc v4", 300, 1300, height=40)]
    words += lettered("J. Becker, 2021-08-03, scale 1:1, A4", 300, 1355)
    found = {field.name: field.value for field in caption_fields_of(blocks_of(lines(words)))}
    assert (found["drawn_by"], found["date"], found["scale"]) == ("J. Becker", "2021-08-03", "1:1")


def test_a_name_may_have_the_month_of_the_drawing_behind_it() -> None:
    assert fields(solidworks(drawn="K.W. 2016-10"))["drawn_by"] == "K.W."


def test_a_revision_may_stand_behind_its_label_in_one_cell() -> None:
    cell = in_cell(Box(1700, 1300, 1900, 1340), lettered("Rev. 2", 1710, 1320, height=12))
    found = title_block_of(lines(title_block(title="Finger"), cell))
    assert "2" in [field.value for field in found if field.name == "revision"]
