"""Questions about a sheet's tables: a cell by the words of its row and column, a row, or the whole table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from drawing.columns import ColumnName, meanings_of
from drawing.tables import Cell, Table, TableType
from reader.field_words import FIELD_WORDS
from reader.finding import Finding, Quote
from reader.neighbourhood import same_word, tokens
from reader.questions import Question
from reader.vocabulary import ATTRIBUTE_WORDS, FEATURE_WORDS, search

#: What a question calls a column; the first that matches wins.
_COLUMN_WORDS: tuple[tuple[ColumnName, str], ...] = (
    (
        "part_number",
        r"\bp/?n\b|(?:teile|artikel|sach|bestell|ident|lieferanten|zeichnungs|bauteil)-?\s?(?:nummer|nr|code)|(?:part|order"
        r"|article|drawing|supplier|vendor"
        r"|catalogue|catalog|stock)\W?s? (?:number|no\b|code)",
    ),
    ("supplier", r"lieferant|bezugsquelle|supplier|vendor|distributor|hersteller|manufacturer|woher|bought|source"),
    ("price", r"preis|kostet|kosten|price|\bcosts?\b|teuer|expensive|how much (?:is|are|does|do)"),
    ("quantity", r"wie ?viele?\b|how many|anzahl|menge|stückzahl|quantity|\bqty\b|number of"),
    ("material", r"werkstoff|material|woraus|made (?:of|from)|aus welchem"),
    ("standard", r"\bnorm\b|standard"),
    ("mass", r"gewicht|masse\b|weigh|\bmass\b|schwer\b|wiegt|heavy"),
    ("remark", r"bemerkung|hinweis|remark|comment|\bnote\b"),
    ("date", r"datum|\bdate\b|wann\b|\bwhen\b"),
    ("name", r"\bwer\b|\bwho\b|freigegeben|geprüft|approved|signed"),
    ("x", r"\bx-?\s?(?:koordinate|position|loc|wert|coordinate|value)|\bx\b"),
    ("y", r"\by-?\s?(?:koordinate|position|loc|wert|coordinate|value)|\by\b"),
    ("depth", r"tiefe\b|\btief\b|\bdepth|\bdeep\b"),
    (
        "size",
        r"größe|wie groß|how (?:big|large)|abmessung|länge|durchmesser|\bsize\b|dimension|length|diameter|gewinde"
        r"|thread",
    ),
    (
        "description",
        r"benennung|bezeichnung|beschreibung|was ist|geändert|\bchanged?\b|was wurde|description|designation"
        r"|name|what is|which part|welches teil",
    ),
    ("item", r"welche position|positionsnummer|which item|item number|pos\b|designator|bezeichner"),
    ("value", r"\bwert\b|value"),
)
#: Of several columns with numbers of parts, the one that is called as in the question.
_KINDS_OF_NUMBER = (
    (r"teile|\bpart|\bp/?n\b", r"part|teile"),
    (r"bestell|order", r"bestell|order"),
    (r"artikel|article|sach", r"artikel|article|sach"),
    (r"liefer|supplier|vendor", r"liefer|supplier|vendor"),
)
_ITEM = re.compile(
    r"\b(?:pos(?:ition)?|item|nr|no|teil|part)\b\.?\s*(?P<item>\d{1,3}|[A-Z]\d{0,2})(?!\w)", re.IGNORECASE
)
#: Share of a parameter's name that a question must say to mean it.
LEAST_OF_NAME = 0.5
#: What a word like one of the question's is worth beside that word itself.
LIKE = 0.9
_REVISION = r"revision|änderung"
_REVISION_NAMED = re.compile(
    r"\b(?:rev(?:ision)?|index|änderung|version|stand)\b\.?\s*(?P<item>[A-Z]|\d{1,2})(?!\w)", re.IGNORECASE
)
#: Rows by these words are rows of a table, whichever way they are asked for; *parts* may be those to be made.
_ROWS_SAID = r"positionen|zeilen|einträge|\brows\b|\bentries\b|line items"
#: *Which parts are from X?* asks for all of them.
_WHICH_OF_THEM = r"\b(?:welche|which|what)\b \w+ (?:sind|are|come|kommen|stammen|haben|have|werden)\b"
_HOW_MANY_ROWS = (
    r"(?:wie ?viele|how many|anzahl der|number of) (?:verschiedene |different |unique )?"
    r"(?:position|zeile|eintr|teile\b|items?\b|rows?\b|entries|parts\b|line|revision|änderung)"
)


def find_in_tables(question: Question, tables: Sequence[Table]) -> Finding | None:
    """What the tables answer; `None` where the question is not about them."""
    plain = question.text.lower()
    tables = [table for table in tables if table.table_type != "notes"]
    table = _table_meant(plain, tables)
    if table is None:
        return None
    if search(_HOW_MANY_ROWS, plain) and (question.topic == "table" or search(_ROWS_SAID, plain)):
        words = tuple(word for row in table.rows for cell in row for word in cell.words)
        return Finding(
            "rows", quotes=(Quote(str(len(table.rows)), words, "table", computed=True),), number=len(table.rows)
        )
    for candidate in [table, *(other for other in tables if other is not table)]:
        found = _cell(question, candidate)
        if found is not None:
            return found
    return Finding("table", tables=(table,), quotes=_cells_of(table)) if question.topic == "table" else None


def _table_meant(plain: str, tables: Sequence[Table]) -> Table | None:
    wanted: TableType = "revision" if search(_REVISION, plain) else "bom"
    return next((t for t in tables if t.table_type == wanted), tables[0] if tables else None)


def _cells_of(table: Table) -> tuple[Quote, ...]:
    return tuple(Quote(cell.text, cell.words, "table") for row in table.rows for cell in row if cell.words)


def _cell(question: Question, table: Table) -> Finding | None:
    """The cell where the row that the question names meets the column that it asks for."""
    if table.columns == ("symbol", "value"):
        return _parameter(question, table)
    rows = _rows_named(question, table)
    if not rows:
        return None
    columns, asked = _columns_asked(question.text.lower(), table)
    named = codes(question.text)
    if len(rows) > 1 and (question.every or search(_WHICH_OF_THEM, question.text.lower())):
        return _listed(rows)
    if len(rows) > 1 and question.how_many:
        total = _total(rows, table)
        if total is not None:
            return total
    if len(rows) > 1 and not _say_the_same(rows, columns, named, _key(table)):
        return _undecided(rows) if columns and question.topic == "table" else None
    row = rows[0]
    cell = next((row[column] for column in columns if row[column].words and row[column].text not in named), None)
    if cell is not None:
        return Finding("cell", quotes=(Quote(cell.text, cell.words, "table"),), of=_name_of(row, table, cell))
    if asked and asked not in ("description", "quantity", "item"):
        return Finding("absent", asked)
    keyed = row[_key(table)].text in named
    meant = question.topic == "table" or (question.topic == "unknown" and _says_all(question, row))
    return _whole_row(row) if meant or keyed else None


def _say_the_same(rows: Sequence[tuple[Cell, ...]], columns: Sequence[int], named: Sequence[str], key: int) -> bool:
    """Whether rows that a question names by their keys agree in what it asks of them."""
    return bool(columns) and all(
        row[key].text in named and row[columns[0]].text == rows[0][columns[0]].text for row in rows
    )


def held_in(question: Question, tables: Sequence[Table]) -> tuple[Quote, ...]:
    """The names of the rows of a bill of materials that a question means."""
    table = next((table for table in tables if table.table_type == "bom"), None)
    rows = _rows_named(question, table) if table else []
    names = (_named_in(row, table, row[0]) for row in rows) if table else ()
    return tuple(Quote(name.text, name.words, "table") for name in names)


def _listed(rows: Sequence[tuple[Cell, ...]]) -> Finding:
    quotes = tuple(quote for row in rows for quote in _whole_row(row).quotes)
    return Finding("list", "row", quotes, number=len(rows))


def _total(rows: Sequence[tuple[Cell, ...]], table: Table) -> Finding | None:
    """The sum of the quantities of several rows, which are told with it; `None` where one has no number."""
    column = table.column("quantity")
    if column is None or not all(row[column].text.isdigit() for row in rows):
        return None
    number = sum(int(row[column].text) for row in rows)
    words = tuple(word for row in rows for word in row[column].words)
    counted = [(row[column], _named_in(row, table, row[column])) for row in rows]
    quotes = [Quote(f"{cell.text}x {name.text}", (*cell.words, *name.words), "table") for cell, name in counted]
    return Finding("total", number=number, quotes=(Quote(str(number), words, computed=True), *quotes))


def _says_all(question: Question, row: tuple[Cell, ...]) -> bool:
    """Whether a row holds all that a question names: a row about screws says nothing of their torque."""
    held = tokens(" ".join(cell.text for cell in row))
    wanted = [part for keyword in question.keywords for part in tokens(keyword)]
    return all(any(same_word(part, own) for own in held) for part in wanted)


def _key(table: Table) -> int:
    names: tuple[ColumnName, ...] = ("item", "symbol", "revision")
    return next((found for found in map(table.column, names) if found is not None), 0)


def _parameter(question: Question, table: Table) -> Finding | None:
    """The value of the parameter whose name the question says, at least half of it; of several such, the most words."""
    if question.extreme == "largest" and question.of_the_whole:
        return None  # the overall width is no width in the table
    said = tokens(question.text)
    claims = [(_said_of(tokens(row[0].text), said), row) for row in table.rows if _is_of_kind(question, row[0].text)]
    best = max((claim for claim, _ in claims if claim[1] >= LEAST_OF_NAME), default=None)
    rows = [row for claim, row in claims if claim == best]
    if len(rows) != 1:
        return None
    name, value = rows[0]
    return Finding("cell", quotes=(Quote(value.text, value.words, "table"),), of=name.text)


def _is_of_kind(question: Question, name: str) -> bool:
    """Whether a parameter is of the kind asked for: a number of teeth is no thread, a spring's rate not its weight."""
    kinds: set[str] = {*(question.features - {"size"}), *([question.field] if question.field else [])}
    if question.attribute not in ("value", "quantity"):
        kinds.add(question.attribute)
    words = (words for kind, words in (*FEATURE_WORDS, *FIELD_WORDS, *ATTRIBUTE_WORDS) if kind in kinds)
    return not kinds or any(search(each, name.lower()) for each in words)


def _said_of(name: Sequence[str], said: Sequence[str]) -> tuple[int, float]:
    """How many of the longer words of a parameter's name a question says, and which share of them."""
    words = [word for word in name if len(word) > 2]
    hits = [word for word in words if any(same_word(word, other) for other in said)]
    own = {other for other in said if any(same_word(word, other) for word in words)}
    return min(len(hits), len(own)), len(hits) / len(words) if words else 0.0


def _columns_asked(plain: str, table: Table) -> tuple[list[int], ColumnName | None]:
    """The columns that a question names: by the words of a head, the longest first, else by what it means.

    The name is what the question calls its column, whether the table has it or not.
    """
    said = tokens(plain)
    heads = [(len(tokens(head)), i) for i, head in enumerate(table.headers) if _says(said, tokens(head))]
    named = [i for size, i in sorted(heads, key=lambda item: -item[0]) if size > 1]
    asked = next((name for name, words in _COLUMN_WORDS if search(words, plain)), None)
    several = [meanings_of(head) if "/" in head else () for head in table.headers]
    held = [(name, *names) for name, names in zip(table.columns, several, strict=True)]
    meant = [i for i, names in enumerate(held) if asked is not None and asked in names]
    meant.sort(
        key=lambda i: not any(search(q, plain) and search(h, table.headers[i].lower()) for q, h in _KINDS_OF_NUMBER)
    )
    return named or meant or [i for _, i in heads], asked


def _says(said: Sequence[str], head: Sequence[str]) -> bool:
    """Whether the words of a head stand together in a question."""
    return bool(head) and any(list(said[i : i + len(head)]) == list(head) for i in range(len(said)))


def _undecided(rows: Sequence[tuple[Cell, ...]]) -> Finding | None:
    if len(rows) > 3:
        return None
    quotes = tuple(Quote(_text(row), tuple(w for cell in row for w in cell.words), "table") for row in rows)
    return Finding("candidates", "row", quotes)


def latest_revision(tables: Sequence[Table]) -> Finding | None:
    """The last revision of a revision table, whichever way it grows: letters and numbers count upwards."""
    table = next((t for t in tables if t.table_type == "revision"), None)
    column = table.column("revision") if table else None
    if table is None or column is None:
        return None
    keys = [row[column] for row in table.rows if row[column].words]
    last = max(keys, key=lambda cell: (len(cell.text), cell.text), default=None)
    return Finding("field", "revision", (Quote(last.text, last.words, "table"),)) if last else None


def _whole_row(row: tuple[Cell, ...]) -> Finding:
    return Finding("row", quotes=(Quote(_text(row), tuple(w for cell in row for w in cell.words), "table"),))


def _text(row: tuple[Cell, ...]) -> str:
    return ", ".join(cell.text for cell in row if cell.words)


def _name_of(row: tuple[Cell, ...], table: Table, cell: Cell) -> str:
    """What a row is about: its description, else its part number, else its first other cell."""
    return _named_in(row, table, cell).text


def _named_in(row: tuple[Cell, ...], table: Table, cell: Cell) -> Cell:
    """The cell that names a row; an item's bare number says less than its part number."""
    columns = [table.column(name) for name in ("description", "item", "part_number")]
    named = sorted((row[column] for column in columns if column is not None), key=lambda c: c.text.isdigit())
    return next((c for c in (*named, *row) if c.words and c is not cell), cell)


def _rows_named(question: Question, table: Table) -> list[tuple[Cell, ...]]:
    """The rows with the best claim to be meant: by item number, else by rare words of theirs in the question."""
    revised = table.table_type == "revision"
    item = (_REVISION_NAMED if revised else _ITEM).search(question.text)
    column = table.column("revision" if revised else "item")
    if item and column is not None:
        numbered = [row for row in table.rows if row[column].text.strip(". ").casefold() == item["item"].casefold()]
        if numbered:
            return numbered
    said = tokens(question.text)
    wanted = set(tokens(" ".join((*question.keywords, *question.quoted, *codes(question.text)))))
    wanted |= {a + b for a, b in pairwise(said) if a[-1:].isdigit()}
    wanted -= {word for header in table.headers for word in tokens(header)}
    texts = [set(tokens(" ".join(cell.text for cell in row))) for row in table.rows]
    common = Counter(word for text in texts for word in text)
    scores = [_claim(wanted, text, common) for text in texts]
    best = max(scores, default=0.0)
    return [row for row, score in zip(table.rows, scores, strict=True) if score == best] if best > 0 else []


def codes(text: str) -> list[str]:
    """Words with digits in them, such as M3x10 or 7075."""
    return [word for word in re.findall(r"[\w./-]+", text) if re.search(r"\d", word)]


def _claim(wanted: set[str], text: set[str], common: Counter[str]) -> float:
    """Sum over the question's words found in a row, each worth the less the more rows it stands in.

    A *Welle* is rather the shaft than the *Wellendichtring*: a word itself is worth more than one like it.
    """
    worth = ([(1.0 if own == word else LIKE) / common[own] for own in text if same_word(word, own)] for word in wanted)
    return round(sum(max(hits, default=0.0) for hits in worth), 6)
