"""From a finding to sentences: one in the question's language, and a caveat where one is due.

Lettering is quoted as printed; what Markdown would take for markup is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from drawing.tables import markdown_of
from language import Language
from plain_text import escaped
from reader.finding import Caveat, Finding, Phrase, Quote, Verdict
from reader.nouns import COMPARED, NOUNS

_HELP = {
    "de": "Fragen kann man nach Schriftfeld, Maßen, Toleranzen, Passungen, Gewinden, Radien, Fasen, Winkeln, Rauheit,"
    " Tabellen.",
    "en": "Ask about the title block, dimensions, tolerances, fits, threads, radii, chamfers, angles, roughness,"
    " tables.",
}
_SENTENCES: dict[Phrase, tuple[str, str]] = {
    "value": ("{The}{near} ist {value}.", "{The}{near} is {value}."),
    "only": (
        "Das einzige in Frage kommende Maß {where} ist {value}.",
        "The only dimension in question {where} is {value}.",
    ),
    "largest": ("{Best} größte {compared} {where} ist {value}.", "The largest {compared} {where} is {value}."),
    "smallest": ("{Best} kleinste {compared} {where} ist {value}.", "The smallest {compared} {where} is {value}."),
    "from_the_edge": (
        "In einer Ansicht steht als einziges Längenmaß {value}; von der Kante gesehen ist das die Dicke.",
        "The only length in one of the views is {value}; seen from the edge, that is the thickness.",
    ),
    "tolerance": ("Für {of} gilt die Toleranz {value}.", "The tolerance of {of} is {value}."),
    "limits": ("Als Grenzmaße sind {value} angegeben.", "The limits are given as {value}."),
    "fit": ("An {of} ist {value} angegeben.", "At {of}, {value} is given."),
    "upper_limit": ("Das obere Grenzmaß von {of} ist {value}.", "The upper limit of {of} is {value}."),
    "lower_limit": ("Das untere Grenzmaß von {of} ist {value}.", "The lower limit of {of} is {value}."),
    "both_limits": ("Die Grenzmaße von {of} sind {computed}.", "The limits of {of} are {computed}."),
    "middle": ("Die Toleranzmitte von {of} ist {value}.", "The middle of the tolerance of {of} is {value}."),
    "depth": ("Die Tiefe von {of} ist {value}.", "The depth of {of} is {value}."),
    "pitch": ("Die Steigung von {of} ist {value}.", "The pitch of {of} is {value}."),
    "quantity": ("Es sind {number}: Auf dem Blatt steht {printed}.", "There are {number}: the sheet says {printed}."),
    "field": ("Als {noun} ist {value} eingetragen.", "The {noun} is {value}."),
    "title_by_place": (
        "Ein Titelfeld hat das Blatt nicht; seine Beschriftung beginnt mit „{value}“.",
        "The sheet has no title field; its caption begins with “{value}”.",
    ),
    "name_by_form": (
        "Auf dem Blatt steht der Name {value}, ohne Angabe der Rolle.",
        "The sheet carries the name {value}, without a role.",
    ),
    "date_by_form": (
        "Auf dem Blatt steht das Datum {value}, ohne Feldnamen.",
        "The sheet carries the date {value}, without a label.",
    ),
    "fields": ("Auf dem Blatt steht {pairs}.", "The sheet gives {pairs}."),
    "in_block": (
        "Ein lesbares Feld „{noun}“ hat das Blatt nicht; groß im Schriftfeld steht „{value}“.",
        "The sheet has no readable field for the {noun}; in large letters the title block says “{value}”.",
    ),
    "by_form": (
        "Auf dem Blatt steht {value}, ohne ein Feld „{noun}“.",
        "The sheet says {value}, without a field for the {noun}.",
    ),
    "views": ("Auf dem Blatt bezeichnet: {values}.", "The sheet names {values}."),
    "named_views": (
        "Auf dem Blatt sind {number} {plural} bezeichnet: {values}.",
        "The sheet names {number} {plural}: {values}.",
    ),
    "datums": ("Die Toleranzrahmen beziehen sich auf {values}.", "The feature control frames refer to {values}."),
    "view_scale": ("Der Maßstab von {of} ist {value}.", "The scale of {of} is {value}."),
    "general_tolerance": (
        "Als Allgemeintoleranz steht auf dem Blatt {values}.",
        "The general tolerance on the sheet is {values}.",
    ),
    "roughness": (
        "Als Oberflächenrauheit steht auf dem Blatt {value}.",
        "The surface roughness on the sheet is {value}.",
    ),
    "frame": ("Im Toleranzrahmen steht {value}.", "The feature control frame reads {value}."),
    "note": ("Auf dem Blatt steht: „{value}“.", "The sheet says: “{value}”."),
    "cell": ("Bei „{of}“ steht {value}.", "For “{of}” the table says {value}."),
    "row": ("Die Zeile lautet: {value}.", "The row reads: {value}."),
    "rows": ("Die Tabelle hat {value} Zeilen.", "The table has {value} rows."),
    "table": ("Auf dem Blatt steht diese Tabelle:", "The sheet holds this table:"),
    "list": ("{Plural} auf dem Blatt:", "{Plural} on the sheet:"),
    "candidates": (
        "Welche Angabe gemeint ist, geht aus der Beschriftung nicht hervor; in Frage kommen {values}.",
        "The lettering does not tell which one is meant; it may be {values}.",
    ),
    "ambiguous": (
        "Auf dem Blatt stehen {number} {plural}{foremost}; welche Angabe gemeint ist, geht aus der Beschriftung nicht"
        " hervor. Bitte das Nennmaß, die Ansicht oder einen Ausschnitt nennen.",
        "There are {number} {plural} on the sheet{foremost}; the lettering does not tell which one is meant."
        " Please name the nominal size, the view or a region.",
    ),
    "no_tolerance": ("An {of} ist keine Toleranz angegeben.", "No tolerance is given at {of}."),
    "no_quantity": (
        "An {of} steht keine Anzahl; die Angabe kommt {number}-mal vor.",
        "No quantity is given at {of}; the callout stands there {number} times.",
    ),
    "once": (
        "An {of} steht keine Anzahl; die Angabe steht einmal auf dem Blatt.",
        "No quantity is given at {of}; the callout stands there once.",
    ),
    "total": (
        "Nach der Beschriftung sind es zusammen {number}: {printed}.",
        "By the lettering there are {number} in all: {printed}.",
    ),
    "counted": (
        "Auf dem Blatt stehen {number} {plural}: {printed}.",
        "There are {number} {plural} on the sheet: {printed}.",
    ),
    "envelope": ("Die größten Maße auf dem Blatt sind {ways}.", "The largest dimensions on the sheet are {ways}."),
    "through": ("{of} geht durch: Auf dem Blatt steht {value}.", "{of} goes through: the sheet says {value}."),
    "depth_nearby": (
        "An {of} selbst steht keine Tiefe; quer dazu in der Nähe: {values}.",
        "No depth stands at {of} itself; nearby and across it: {values}.",
    ),
    "no_depth": ("An {of} ist keine Tiefe angegeben.", "No depth is given at {of}."),
    "no_depths": ("An {values} ist keine Tiefe angegeben.", "No depth is given at {values}."),
    "empty_field": (
        "Das Feld „{of}“ ist leer; {a} ist nicht angegeben.",
        "The field “{of}” is empty; {a} is not given.",
    ),
    "absent_at": ("{A} für „{of}“ ist auf dem Blatt nicht zu finden.", "{A} for “{of}” is not found on the sheet."),
    "absent_size": ("Das Maß {of} steht nicht auf dem Blatt.", "The dimension {of} is not on the sheet."),
    "absent_value": ("{of} steht nicht auf dem Blatt.", "{of} is not on the sheet."),
    "unread_value": (
        "{of} steht nicht auf dem Blatt, soweit es durch Texterkennung gelesen werden konnte.",
        "{of} is not on the sheet, as far as its lettering could be recognised.",
    ),
    "together": ("", ""),
    "printed": ("Auf dem Blatt steht {values}.", "The sheet says {values}."),
    "several": ("Auf dem Blatt stehen mehrere {plural}.", "There are several {plural} on the sheet."),
    "somewhere": (
        "Auf dem Blatt steht {values}; wofür das gilt, geht aus der Beschriftung nicht eindeutig hervor.",
        "The sheet says {values}; its lettering does not tell for certain what that is the size of.",
    ),
    "unread": (
        "{A} steht nicht auf dem Blatt, soweit es durch Texterkennung gelesen werden konnte.",
        "{A} is not on the sheet, as far as its lettering could be recognised.",
    ),
    "untied": (
        "Ich kann der Frage auf dem Blatt kein Maß sicher zuordnen.",
        "I cannot tie the question to a dimension on the sheet with certainty.",
    ),
    "absent": ("{A} steht nicht auf dem Blatt.", "{A} is not on the sheet."),
    "not_understood": (
        "Dazu finde ich auf dem Blatt keine Angabe. {help}",
        "I find no statement about this on the sheet. {help}",
    ),
    "cannot_count": (
        "Das lässt sich aus der Beschriftung nicht zählen: Der eingebettete Leser erkennt nicht, was gezeichnet ist.",
        "This cannot be counted from the lettering: the embedded reader does not recognise what is drawn.",
    ),
    "chat": (
        "Ich lese nur die Beschriftung dieses Blattes und führe keine allgemeinen Gespräche. {help}",
        "I only read the lettering of this sheet and hold no general conversation. {help}",
    ),
    "greeting": (
        "Guten Tag! Ich lese die Beschriftung dieses Blattes. {help}",
        "Hello! I read the lettering of this sheet. {help}",
    ),
    "thanks": (
        "Gern geschehen. Weitere Fragen zu diesem Blatt beantworte ich, so gut es seine Beschriftung erlaubt.",
        "You are welcome. I answer further questions about this sheet as far as its lettering allows.",
    ),
    "goodbye": ("Auf Wiedersehen.", "Goodbye."),
    "self": (
        "Ich bin der eingebettete Leser dieses Dienstes, ein Programm ohne Sprachmodell: Ich lese die"
        " Beschriftung dieses"
        " Blattes und suche darin die Antwort. {help}",
        "I am the embedded reader of this service, a program without a language model: I read the lettering"
        " of this sheet"
        " and look up the answer in it. {help}",
    ),
    "abilities": (
        "Ich beantworte Fragen zur Beschriftung dieses Blattes, auf Deutsch und Englisch, und zeige, wo die"
        " Antwort steht."
        " {help}",
        "I answer questions about the lettering of this sheet, in German and English, and show where the answer stands."
        " {help}",
    ),
    "foreign": (
        "Sorry, I understand German and English only. Ich verstehe nur Deutsch und Englisch.",
        "Sorry, I understand German and English only. Ich verstehe nur Deutsch und Englisch.",
    ),
    "explained": ("{of}", "{of}"),
    "summary": (
        "Auf dem Blatt stehen {number} Maße und andere Angaben.",
        "The sheet holds {number} dimensions and other callouts.",
    ),
}
_CAVEATS: dict[Caveat, tuple[str, str]] = {
    "sign_missing": (
        "Ein Zeichen (Ø, ± oder ↧) ist dort gezeichnet, nicht geschrieben; es ist aus der Lücke erschlossen.",
        "A sign (Ø, ± or ↧) is drawn there, not written; it is inferred from the gap.",
    ),
    "diameter_unread": (
        "Ø-Zeichen sind auf diesem Blatt nicht als Text lesbar; mit dem Nennmaß lässt sich danach fragen.",
        "Ø signs cannot be read as text on this sheet; please ask by the nominal size.",
    ),
    "diameter_ocr": (
        "Ø-Zeichen gehen bei der Texterkennung leicht verloren; bitte am Blatt prüfen.",
        "Ø signs are easily lost in text recognition; please check on the sheet.",
    ),
    "one_deviation": (
        "Nur ein Abmaß ist lesbar; bitte das andere am Blatt prüfen.",
        "Only one deviation can be read; please check the other one on the sheet.",
    ),
    "largest_taken": ("Von mehreren ist das größte genannt.", "Of several, the largest is named."),
    "smallest_taken": ("Von mehreren ist das kleinste genannt.", "Of several, the smallest is named."),
    "projection_drawn": (
        "Ein gezeichnetes Projektionssymbol kann ich nicht lesen.",
        "A projection symbol that is only drawn cannot be read.",
    ),
    "unsure": (
        "Die Texterkennung war sich dort unsicher; bitte am Blatt prüfen.",
        "Text recognition was unsure there; please check on the sheet.",
    ),
    "characteristic_unread": (
        "Das Symbol der Toleranzart ist gezeichnet und nicht lesbar; bitte am Blatt prüfen.",
        "The symbol of the characteristic is drawn and cannot be read; please check it on the sheet.",
    ),
}


def sentence(finding: Finding, language: Language) -> str:
    """The answer as Markdown."""
    if finding.parts:
        return _together(finding.parts, language)
    phrase: Phrase = finding.phrase
    template = _SENTENCES[phrase][0 if language == "de" else 1]
    text = template.format_map(_slots(finding, language))
    text = _after_verdict(text, template, finding.verdict, language) if finding.verdict else _capital(text)
    caveats = [_CAVEATS[caveat][0 if language == "de" else 1] for caveat in finding.caveats]
    caveats = [escaped(finding.computed), *caveats] if finding.computed else caveats
    text = re.sub(r"\.\.$", ".", text)
    attached = _attached(finding, language)
    if not attached:
        return " ".join((text, *caveats))
    return "\n\n".join((text, *attached, *([" ".join(caveats)] if caveats else [])))


def _together(parts: Sequence[Finding], language: Language) -> str:
    """The answers one after the other, and what they have to say beside them once."""
    caveats = tuple(dict.fromkeys(caveat for part in parts for caveat in part.caveats))
    said = [sentence(replace(part, caveats=()), language) for part in parts]
    said += [_CAVEATS[caveat][0 if language == "de" else 1] for caveat in caveats]
    return ("\n\n" if any("\n" in text for text in said) else " ").join(dict.fromkeys(said))


_VERDICTS: dict[Verdict, tuple[str, str]] = {"yes": ("Ja", "Yes"), "no": ("Nein", "No")}
#: Slots that hold our own words, and no lettering.
_OWN_WORDS = ("{The}", "{A}", "{Best}", "{Plural}")


def _after_verdict(text: str, template: str, verdict: Verdict, language: Language) -> str:
    """Yes or no, and the sentence after a comma; lettering at its beginning keeps its capital."""
    ours = template.startswith(_OWN_WORDS) or not template.startswith("{")
    rest = text[:1].lower() + text[1:] if ours and not (language == "de" and template.startswith("{Plural}")) else text
    return f"{_VERDICTS[verdict][0 if language == 'de' else 1]}, {rest}"


def _slots(finding: Finding, language: Language) -> dict[str, str]:
    noun = NOUNS.get(finding.noun, NOUNS["size"])
    compared = COMPARED.get(finding.noun, noun)
    values = [_spoken(quote, language) for quote in finding.quotes]
    printed = [_spoken(quote, language) for quote in finding.quotes if not quote.computed]
    computed = [_spoken(quote, language) for quote in finding.quotes if quote.computed]
    of = escaped(finding.of)
    best = compared.the("de").split()[0]
    return {
        "The": _capital(noun.the(language)),
        "A": _capital(noun.a(language)),
        "a": noun.a(language),
        "noun": noun.bare(language),
        "plural": noun.plural(language),
        "Plural": _capital(noun.plural(language)),
        "Best": _capital(best),
        "compared": compared.bare(language),
        "value": values[0] if values else "",
        "values": _enumerated(_unique(values), language),
        "computed": _enumerated(_unique(computed), language),
        "printed": _enumerated(_unique(printed), language),
        "of": of,
        "ways": _ways(finding, values, language),
        "pairs": _pairs(finding, values, language),
        "foremost": _foremost(printed, language),
        "near": _near(of, language),
        "where": _near(of, language).strip() or ("auf dem Blatt" if language == "de" else "on the sheet"),
        "number": str(finding.number),
        "help": _HELP[language],
    }


def _pairs(finding: Finding, values: Sequence[str], language: Language) -> str:
    """Fields with their values, and those that have none."""
    if finding.phrase != "fields":
        return ""
    names = [NOUNS[name].bare(language) for name in finding.of.split()]
    given = [f"{name} {value}" for name, value in zip(names, values, strict=True)]
    missing = [NOUNS[name].bare(language) for name in finding.noun.split()]
    none = "nicht angegeben: " if language == "de" else "not given: "
    return "; ".join((_enumerated(given, language), *([none + _enumerated(missing, language)] if missing else [])))


_WAYS = {
    "horizontal": ("waagerecht {}", "{} horizontally"),
    "vertical": ("senkrecht {}", "{} vertically"),
    "diameter": ("im Durchmesser {}", "{} in diameter"),
}


def _ways(finding: Finding, values: Sequence[str], language: Language) -> str:
    """The largest sizes with the way that each of them runs."""
    if finding.phrase != "envelope":
        return ""
    forms = [_WAYS[way][0 if language == "de" else 1] for way in finding.of.split()]
    return _enumerated([form.format(value) for form, value in zip(forms, values, strict=True)], language)


def _foremost(values: Sequence[str], language: Language) -> str:
    """Some of many, for the middle of a sentence."""
    if not values:
        return ""
    return (
        f", darunter {_enumerated(values, language)}"
        if language == "de"
        else f", among them {_enumerated(values, language)}"
    )


def _spoken(quote: Quote, language: Language) -> str:
    """A quote in a sentence: lettering after the name of the symbol that was drawn with it."""
    text = escaped(quote.text)
    return f"{NOUNS[quote.noun].bare(language)} {text}" if quote.noun in NOUNS else text


def _near(of: str, language: Language) -> str:
    if not of:
        return ""
    return f" bei „{of}“" if language == "de" else f" at “{of}”"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unique(values: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _enumerated(values: Sequence[str], language: Language) -> str:
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} {'und' if language == 'de' else 'and'} {values[-1]}"


def _attached(finding: Finding, language: Language) -> list[str]:
    """The list or table that follows the sentence."""
    if finding.phrase == "list":
        return ["\n".join(f"- {_spoken(quote, language)}" for quote in finding.quotes)]
    if finding.phrase == "summary":
        names = finding.of.split()
        pairs = zip(names, finding.quotes, strict=False)  # behind the fields, the count
        return ["\n".join(_line(name, quote.text, language) for name, quote in pairs)]
    return [markdown_of(table, escaped) for table in finding.tables]


def _line(name: str, value: str, language: Language) -> str:
    return f"- {_capital(NOUNS[name].bare(language))}: {escaped(value)}"
