"""Words that mean the same thing in the two languages, for a German question about an English parts list."""

from __future__ import annotations

import re
from functools import lru_cache

#: One thing a line: stems that German compounds and English words share.
_THINGS = (
    r"schraube|screw|\bbolt",
    r"mutter\b|muttern\b|\bnuts?\b",
    r"unterleg|\bscheiben?\b|washer",
    r"lager\b|lagers\b|bearing",
    r"feder\b|federn\b|spring",
    r"welle\b|wellen\b|shaft",
    r"achse|\baxle|\baxis",
    r"kabel|cable",
    r"draht|\bwire",
    r"gehäuse|housing|casing|enclosure",
    r"deckel|\bcover|\blid\b",
    r"platte|plate\b|plates\b",
    r"blech|\bsheet",
    r"stift|\bpins?\b|dowel",
    r"dichtung|gasket|\bseals?\b",
    r"o-ring",
    r"sicherungsring|circlip|retaining ring|snap ring",
    r"scheibe|\bdis[ck]\b|pulley",
    r"riemen|\bbelt",
    r"zahnrad|zahnräder|\bgear",
    r"kette|chain",
    r"buchse|bushing|\bsleeve|socket",
    r"hülse|sleeve|spacer",
    r"abstandshalter|distanz|spacer|standoff",
    r"halter|halterung|holder|bracket|mount",
    r"rahmen|frame",
    r"hebel|lever",
    r"griff|handle|\bgrip",
    r"rohr|\btube|\bpipe",
    r"stange|stab\b|\brod|\bbar\b",
    r"profil|profile|extrusion",
    r"motor",
    r"schalter|switch",
    r"stecker|connector|\bplug",
    r"widerstand|widerstände|resistor",
    r"kondensator|capacitor",
    r"diode|\bleds?\b",
    r"sensor|fühler|probe",
    r"leiterplatte|\bpcb\b|circuit board",
    r"kolben|piston",
    r"zylinder|cylinder",
    r"ventil|valve",
    r"flansch|flange",
    r"\brad\b|räder|wheel",
    r"\brolle|roller",
    r"fuß\b|füße|\bfoot\b|\bfeet\b|\bbase\b",
    r"\bbein|\bleg\b",
    r"\barm\b|\barme\b",
    r"magnet",
    r"klebe|kleber|adhesive|glue",
    r"\brot\b|\brote[nrs]?\b|\bred\b",
    r"grün|green",
    r"\bblau|\bblue",
    r"schwarz|black",
    r"\bweiß|white",
    r"gelb|yellow",
    r"zähne|\bzahn(?!rad)|teeth|tooth",
    r"\bmodul|modul\b|module\b",
    r"eingriffswinkel|pressure",
    r"schrägung|helix",
    r"teilkreis|lochkreis|\bpitch\b|\btk\b|\blk\b|\bpcd\b|\bbc\b",
    r"kopfkreis|\btip\b|outside",
    r"fußkreis|\broot\b",
    r"links|\bleft\b|linke",
    r"rechts|\bright\b|rechte",
    r"\boben\b|obere|\btop\b|upper",
    r"unten|untere|bottom|lower",
    r"vorne|vordere|front",
    r"hinten|hintere|\bback\b|\brear\b",
    r"seite|\bside",
    r"änder|geändert|umbau|nachher|modif|changed|\bafter\b",
    r"original|ursprüng|vorher|unbearbeitet|\bbefore\b",
)
_PATTERNS = tuple(re.compile(thing) for thing in _THINGS)


@lru_cache(maxsize=4096)
def things(word: str) -> frozenset[int]:
    """Which things of the list a lower-case word means; compounds mean what they end in and more."""
    return frozenset(index for index, pattern in enumerate(_PATTERNS) if pattern.search(word))


def translates(a: str, b: str) -> bool:
    """Whether two different words may mean the same thing."""
    return not things(a).isdisjoint(things(b))
