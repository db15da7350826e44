"""Threads by their designation: ISO 965-1, ISO 2904, ISO 228-1, ISO 7-1, DIN 405, ASME B1.1, B1.20.1, BS 84."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from drawing.grammar.notation import DONE, FRACTION, NUMBER, Unit, clean, number_of

#: The pitch of a thread is at most this part of its diameter (ISO 261: M1.6 x 0.35; ISO 2904: Tr 8 x 1.5).
PITCH_SHARE = Decimal("0.35")

_INCHES = rf"(?:{FRACTION}\"?|\d\"|\d?[.,]\d{{2,4}}\"?)"
_WORD = r"UN(?:C|F|EF|S|R|JC|JF)?"
_THREAD = re.compile(
    rf"""(?P<thread>
        MJ?\s?(?P<metric>\d{{1,3}}(?:[.,]\d{{1,2}})?)
            (?:\s?[xX*]\s?(?P<pitch>{NUMBER}){DONE})?(?:\s?[xX]\s?\d{{1,3}}(?=[\s-]|$))?
      | Tr\s?(?P<tr>\d{{1,3}})\s?[xX]\s?(?P<lead>{NUMBER})(?:\s?\(?P\s?(?P<start>{NUMBER})\)?)?
      | Rd\s?(?P<rd>\d{{1,3}})\s?[xX]\s?\d{{1,2}}(?:/\d{{1,2}})?
      | W\s?(?P<w>\d{{1,3}}[.,]\d{{1,2}})\s?[xX]\s?1/\d{{1,2}}
      | (?:G|R[pc]|BSP[TP]?|NPTF?|NPSM?|BSW|BSF)\s?(?:{FRACTION}|\d{DONE})\"?
            (?:\s?-\s?\d{{1,2}}(?:[.,]\d)?)?(?:\s?[AB](?!\w))?
      | (?P<taper>R\s?{FRACTION})(?P<inch>\")?
      | W\s?{FRACTION}\"?
      | (?P<un>\#?\d{{1,2}}|{_INCHES})\s?-\s?(?:\d{{1,2}}\s?-?\s?{_WORD}|{_WORD}\s?-?\s?\d{{1,2}})
      | {_WORD}\s?(?P<un2>{_INCHES})(?:\s?-\s?\d{{1,2}})?
      | {_INCHES}(?:\s?-\s?\d{{1,2}}(?:[.,]\d)?)?\s?(?:NPTF?|NPSM?|BSP[TP]?|BSW|BSF)
    )(?!\w|[.,/]\d)
    (?:\s?-?\s?(?P<class>(?:[3-9][A-Hefgh]){{1,2}}(?:/(?:[3-9][A-Hefgh]){{1,2}})?|[123][AB])(?!\w))?
    (?:\s?-?\s?(?:LH|RH|(?i:links))(?!\w))?
    (?:\s?-?\s?(?:[4568]\.[68]|9\.8|10\.9|12\.9)(?!\d))?""",
    re.VERBOSE,
)
#: On a sheet in inches the series may be missing.
_IN_INCHES = re.compile(
    rf"(?P<thread>(?P<un>{FRACTION})\s?-\s?\d{{1,2}}(?!\d|[.,/]\d))(?:\s?-\s?(?P<class>[123][AB])(?!\w))?"
)
#: A screw or nut is named by its thread and its standard; the standards of threads themselves tell of none.
_STANDARD = re.compile(
    r"\b(?:DIN|ISO)(?:\s(?:EN|ISO))*\s?(?!(?:13|76|78|103|202|261|262|965|6410|228|7-1|2904|405)\b)\d{2,5}"
)
#: Threads below 1/4 inch go by numbers from 0 to 12 (ASME B1.1); 1, 2 and 3 may as well be inches, and more often are.
_GAUGE = re.compile(r"#.*|[04-9]|1\d")
_FASTENER = re.compile(
    r"(?i)schraube|gewindestift|mutter\b|muttern\b|bolzen|scheibe|stud\b|screw|bolt|\bnuts?\b|washer|passend\sfür|für\sm\d"
)


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread in a line: the designation from 0 to `end`. Diameter and pitch as printed, in `unit`."""

    end: int
    designation: str
    nominal: Decimal | None
    pitch: Decimal | None
    tolerance_class: str | None
    unit: Unit | None


def thread_at(line: str, at: int, *, in_inches: bool = False) -> Thread | None:
    """The thread whose designation begins at `at`; a lone `R 1/2` is a pipe thread where sizes are in millimetres."""
    match = _THREAD.match(line, at) or (_IN_INCHES.match(line, at) if in_inches else None)
    if match is None:
        return None
    part = match.groupdict()
    if part.get("taper") and (in_inches or part["inch"]):
        return None
    metric = next((part[name] for name in ("metric", "tr", "rd", "w") if part.get(name)), None)
    printed = next((part[name] for name in ("start", "lead", "pitch") if part.get(name)), None)
    nominal = number_of(metric) if metric else _inches(part["un"] or part.get("un2"))
    pitch = number_of(printed) if printed else None
    too_wide = pitch and nominal and (pitch > PITCH_SHARE * nominal)
    return Thread(
        match.end(),
        clean(line[match.start("thread") : match.end()]),
        nominal,
        None if too_wide else pitch,
        part["class"],
        "mm" if metric else "in" if nominal else None,
    )


def _inches(printed: str | None) -> Decimal | None:
    """The diameter of an inch thread; a number such as #10 is a name."""
    if not printed or _GAUGE.fullmatch(printed):
        return None
    return number_of(printed.rstrip('"'))


def names_a_fastener(line: str) -> bool:
    """Whether a line tells of screws and the like, whose threads are no features of the part drawn."""
    return _STANDARD.search(line) is not None or _FASTENER.search(line) is not None
