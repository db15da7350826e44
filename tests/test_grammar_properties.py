"""What is printed and read comes back, whatever its values; and nothing makes the grammar raise or linger."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.grammar.frame_notation import CHARACTERISTICS
from drawing.grammar.lone import deviation_of, fit_of, plus_minus_of
from drawing.grammar.notation import CalloutType, Notation, amount_of
from drawing.grammar.scan import scan

#: A second for a line that no sheet has; what is quadratic takes minutes.
LONGEST_S = 1.0
LONG = 4000

examples = settings(max_examples=60, deadline=None)

marks = st.sampled_from([".", ","])
blanks = st.sampled_from(["", " "])
crosses = st.sampled_from(["x", "X", "×"])
signs: st.SearchStrategy[tuple[str, CalloutType]] = st.sampled_from(
    [
        ("", "linear"),
        ("□", "linear"),
        ("Ø", "diameter"),
        ("⌀", "diameter"),
        ("SØ", "diameter"),
        ("R", "radius"),
        ("SR", "radius"),
    ]
)
quantities = st.integers(2, 99)
fits = st.sampled_from(["H7", "h6", "JS7", "js9", "k6", "p6", "H11", "F8", "A9", "H7/g6", "H8/f7"])


def decimals(least: str, largest: str, places: int = 2) -> st.SearchStrategy[Decimal]:
    return st.decimals(least, largest, places=places, allow_nan=False, allow_infinity=False)


nominals = decimals("1", "999")
deviations = decimals("0.01", "0.50")


def one(text: str) -> Notation:
    found = scan(text)
    assert len(found) == 1, found
    return found[0]


def printed(value: Decimal, mark: str = ".") -> str:
    return f"{value:f}".replace(".", mark)


@examples
@given(signs, nominals, marks, quantities, st.sampled_from(["{}x ", "{}X ", "{}× ", "({}x) "]))
def test_a_size_and_its_quantity_come_back(
    sign: tuple[str, CalloutType], nominal: Decimal, mark: str, quantity: int, pattern: str
) -> None:
    text = pattern.format(quantity) + sign[0] + printed(nominal, mark)
    found = one(text)
    assert (found.type, found.nominal, found.quantity) == (sign[1], nominal, quantity)
    assert (found.start, found.end) == (0, len(text))


@examples
@given(signs, nominals, marks, quantities, st.sampled_from([" ({}x)", " {}x", " {} PLACES", " ({}X)"]))
def test_a_quantity_behind_its_size_comes_back(
    sign: tuple[str, CalloutType], nominal: Decimal, mark: str, quantity: int, pattern: str
) -> None:
    found = one(sign[0] + printed(nominal, mark) + pattern.format(quantity))
    assert (found.type, found.nominal, found.quantity) == (sign[1], nominal, quantity)


@examples
@given(signs, nominals, deviations, marks, st.sampled_from(["±{}", " ±{}", " ± {}", " +/-{}", " (±{})"]))
def test_a_symmetrical_deviation_comes_back(
    sign: tuple[str, CalloutType], nominal: Decimal, deviation: Decimal, mark: str, pattern: str
) -> None:
    found = one(sign[0] + printed(nominal, mark) + pattern.format(printed(deviation, mark)))
    assert (found.type, found.nominal) == (sign[1], nominal)
    assert (found.upper, found.lower) == (deviation, -deviation)


@examples
@given(
    signs,
    nominals,
    st.tuples(deviations, deviations).map(sorted),
    marks,
    st.sampled_from([("+", "-"), ("+", "+"), ("-", "-"), ("-", "+")]),
    st.sampled_from([" {}/{}", " {} {}", " ({}/{})", "{}/{}"]),
)
def test_two_deviations_come_back(
    sign: tuple[str, CalloutType],
    nominal: Decimal,
    pair: list[Decimal],
    mark: str,
    directions: tuple[str, str],
    pattern: str,
) -> None:
    texts = [direction + printed(value, mark) for direction, value in zip(directions, pair, strict=True)]
    values = [value if direction == "+" else -value for direction, value in zip(directions, pair, strict=True)]
    found = one(sign[0] + printed(nominal, mark) + pattern.format(*texts))
    assert (found.nominal, found.upper, found.lower) == (nominal, max(values), min(values))


@examples
@given(nominals, deviations, marks, st.sampled_from([("+{}/0", 1), ("0/-{}", -1), ("+{} 0", 1), ("0 -{}", -1)]))
def test_a_deviation_on_one_side_comes_back(
    nominal: Decimal, deviation: Decimal, mark: str, pattern: tuple[str, int]
) -> None:
    found = one(f"Ø{printed(nominal, mark)} {pattern[0].format(printed(deviation, mark))}")
    both = sorted((pattern[1] * deviation, Decimal(0)))
    assert (found.nominal, found.lower, found.upper) == (nominal, *both)


@examples
@given(nominals, marks, fits, blanks)
def test_a_fit_comes_back(nominal: Decimal, mark: str, fit: str, blank: str) -> None:
    found = one(f"Ø{printed(nominal, mark)}{blank}{fit}")
    assert (found.nominal, found.fit) == (nominal, fit)


@examples
@given(decimals("1", "900"), deviations, marks, st.sampled_from(["-", " - ", "/", "..."]), st.booleans())
def test_two_limits_come_back(lower: Decimal, width: Decimal, mark: str, between: str, larger_first: bool) -> None:
    limits = lower, lower + width
    texts = [printed(limit, mark) for limit in (limits[::-1] if larger_first else limits)]
    found = one("Ø" + between.join(texts))
    assert (found.type, found.nominal, found.limits) == ("diameter", None, limits)


@examples
@given(
    nominals, decimals("1", "99", 1), marks, st.sampled_from([" ↧ {}", " ↧{}", " tief {}", " {} tief", " x {} DEEP"])
)
def test_a_depth_comes_back(nominal: Decimal, depth: Decimal, mark: str, pattern: str) -> None:
    found = one(f"Ø{printed(nominal, mark)}{pattern.format(printed(depth, mark))}")
    assert (found.type, found.nominal, found.depth) == ("diameter", nominal, depth)


@examples
@given(
    st.integers(2, 64),
    st.one_of(st.none(), st.sampled_from(["0.25", "0.35", "0.5"]).map(Decimal)),
    st.one_of(st.none(), st.sampled_from(["6H", "6g", "5g6g", "6H/6g"])),
    marks,
    crosses,
    blanks,
    quantities,
)
def test_a_metric_thread_comes_back(
    size: int, pitch: Decimal | None, tolerance: str | None, mark: str, cross: str, blank: str, quantity: int
) -> None:
    text = f"{quantity}x M{size}"
    text += f"{blank}{cross}{blank}{printed(pitch, mark)}" if pitch else ""
    text += f"{blank}-{blank}{tolerance}" if tolerance else ""
    found = one(text)
    assert (found.type, found.nominal, found.quantity) == ("thread", Decimal(size), quantity)
    assert (found.pitch, found.fit) == (pitch, tolerance)


@examples
@given(
    st.sampled_from([("1/4", "0.25"), ("5/16", "0.3125"), ("1 1/2", "1.5"), (".250", "0.25")]),
    st.integers(8, 56),
    st.sampled_from(["UNC", "UNF", "UNEF", "UN"]),
    st.sampled_from([None, "1A", "2A", "2B", "3B"]),
)
def test_an_inch_thread_comes_back(size: tuple[str, str], pitch: int, series: str, tolerance: str | None) -> None:
    found = one(f"{size[0]}-{pitch} {series}" + (f"-{tolerance}" if tolerance else ""))
    assert (found.type, found.nominal, found.unit, found.fit) == ("thread", Decimal(size[1]), "in", tolerance)


@examples
@given(decimals("0.1", "20", 1), st.sampled_from([15, 20, 30, 45, 60]), marks, crosses, blanks, st.booleans())
def test_a_chamfer_comes_back(size: Decimal, angle: int, mark: str, cross: str, blank: str, turned: bool) -> None:
    parts = [printed(size, mark), f"{angle}°"]
    found = one(f"{blank}{cross}{blank}".join(parts[::-1] if turned else parts))
    assert (found.type, found.nominal, found.angle) == ("chamfer", size, Decimal(angle))


@examples
@given(st.integers(0, 359), st.integers(0, 59), st.integers(0, 59), blanks)
def test_an_angle_comes_back(degrees: int, minutes: int, seconds: int, blank: str) -> None:
    found = one(f"{degrees}°{blank}{minutes}'{blank}{seconds}\"")
    assert (found.type, found.unit) == ("angle", "°")
    assert found.nominal is not None
    assert abs(found.nominal - (degrees + Decimal(minutes) / 60 + Decimal(seconds) / 3600)) < Decimal("1e-6")


@examples
@given(
    st.sampled_from(["Ra", "Rz", "Rt", "Rmax"]), decimals("0.1", "100", 1), marks, blanks, st.sampled_from(["", "√"])
)
def test_a_roughness_comes_back(kind: str, value: Decimal, mark: str, blank: str, sign: str) -> None:
    found = one(f"{sign}{kind}{blank}{printed(value, mark)}")
    assert (found.type, found.designation, found.nominal) == ("roughness", kind, value)


@examples
@given(
    st.sampled_from(sorted(CHARACTERISTICS)),
    st.sampled_from(["", "Ø"]),
    decimals("0.01", "9.99"),
    marks,
    st.lists(st.sampled_from("ⓂⓁⓅⒻ"), max_size=1),
    st.lists(st.sampled_from(["A", "B", "C", "D-E"]), max_size=3, unique=True),
    st.sampled_from([" ", "\t", " | "]),
)
def test_a_feature_control_frame_comes_back(
    symbol: str, sign: str, value: Decimal, mark: str, modifiers: list[str], datums: list[str], between: str
) -> None:
    cells = [symbol, sign + printed(value, mark) + "".join(f" {modifier}" for modifier in modifiers), *datums]
    found = one(between.join(cells))
    assert (found.type, found.characteristic, found.nominal) == ("gdt", CHARACTERISTICS[symbol], value)
    assert (found.modifiers, found.datums) == (tuple(modifiers), tuple(datums))


@examples
@given(signs, nominals, marks)
def test_brackets_make_any_size_a_reference(sign: tuple[str, CalloutType], nominal: Decimal, mark: str) -> None:
    found = one(f"({sign[0]}{printed(nominal, mark)})")
    assert (found.type, found.nominal, found.reference) == (sign[1], nominal, True)


@examples
@given(st.integers(0, 20), st.sampled_from([2, 4, 8, 16, 32, 64, 128]), st.data())
def test_a_fraction_of_an_inch_comes_back(whole: int, under: int, data: st.DataObject) -> None:
    over = 2 * data.draw(st.integers(0, under // 2 - 1)) + 1
    text = f"{whole} {over}/{under}" if whole else f"{over}/{under}"
    found = one(f'{text}"')
    assert (found.type, found.nominal, found.unit) == ("linear", whole + Decimal(over) / under, "in")


alphabet = "0123456789.,+-±ØRMCGWTrhHxX×°'()[]|/\t \"ABZ⌴↧⌖∥Ⓜ√:=#nmaiefUNCISODP"
tokens = (
    "Ø R M8 M8x1 4x 4 x 25 0,5 .250 1/2 45° 30' ±0,1 +0,2 /-0,1 0 H7 h6 ( ) [ ] | ⌖ A B-C Ⓜ ↧ ⌴ Ra ISO DIN 2768 -mK "
    'tief THRU mm in " - … √ = T1 X UNC 1/4-20 G W Tr max'
)
pieces = st.lists(st.sampled_from([*tokens.split(), " "]), max_size=14).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(alphabet, max_size=60), pieces), st.sampled_from(["mm", "in"]))
def test_nothing_makes_it_raise(text: str, unit: str) -> None:
    end = 0
    for found in scan(text, unit="in" if unit == "in" else "mm"):
        assert end <= found.start < found.end <= len(text) or found.reference
        assert found.start <= found.core_start <= found.core_end <= found.end
        end = found.end


@examples
@given(st.one_of(st.text(max_size=30), st.text(alphabet, max_size=30)))
def test_lone_readers_never_raise(text: str) -> None:
    value = deviation_of(text)
    assert value is None or value.is_finite()
    assert plus_minus_of(text) is None or deviation_of(text) is None
    # M6 is a class of ISO 286 and a thread, R7 a class and a radius: by itself it may be either, but is one thing.
    assert fit_of(text) is None or len(scan(text)) <= 1


def values(found: Notation) -> tuple[object, ...]:
    return found.type, found.nominal, found.upper, found.lower, found.limits, found.depth, found.quantity


@examples
@given(st.one_of(st.text(alphabet.replace(",", ""), max_size=40), pieces.map(lambda text: text.replace(",", "."))))
def test_comma_and_point_are_one_mark(text: str) -> None:
    with_point, with_comma = scan(text), scan(text.replace(".", ","))
    if all(found.type not in ("general_tolerance", "note") for found in (*with_point, *with_comma)):
        values = [
            [(n.type, n.nominal, n.upper, n.lower, n.limits) for n in notes] for notes in (with_point, with_comma)
        ]
        assert values[0] == values[1]


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "1",
            " ",
            "x",
            "4x",
            "1 ",
            "1.",
            "1/",
            "(",
            "()",
            "-",
            "M8x",
            "M",
            "A ",
            "a",
            "a@",
            "a.",
            "0.1 A ",
            "+0,1",
            "±",
        ),
        *(
            "R",
            "DIN ",
            "ISO 2768",
            "1:",
            "45°",
            "5'",
            "1-",
            "Ø5 ",
            "⌖ ",
            "|",
            "\t",
            "1\t",
            "www.",
            "4x ",
            "1 - ",
            "X.",
            "Ⓜ",
        ),
    ],
)
def test_a_line_of_thousands_of_signs_is_read_at_once(piece: str) -> None:
    text = piece * (LONG // len(piece))
    began = time.perf_counter()
    for line in (text, f"1{text}", f"Ø5{text}!", f"⌖ 0,1 {text}x", f"M8 {text}"):
        scan(line)
    assert time.perf_counter() - began < 5 * LONGEST_S


@examples
@given(st.text(alphabet, min_size=1, max_size=6))
def test_any_repeated_lettering_is_read_at_once(piece: str) -> None:
    began = time.perf_counter()
    scan(piece * (LONG // 4 // len(piece)))
    assert time.perf_counter() - began < LONGEST_S


@examples
@given(st.integers(-179, 179), st.integers(0, 59))
def test_degrees_and_minutes_keep_their_sign(degrees: int, minutes: int) -> None:
    value = amount_of(f"{degrees}°{minutes}'")
    assert abs(value) == round(abs(degrees) + Decimal(minutes) / 60, 6)
    assert degrees == 0 or (value > 0) == (degrees > 0)
