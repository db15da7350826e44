"""Markdown as plain text, for callers that show `text`; and lettering that Markdown must not swallow."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~$^])")


#: TeX between dollars or backslashed brackets, which models write where they mean a symbol.
_TEX = re.compile(
    r"(?<!\\)\\\(([^\n]{1,300}?)\\\)|(?<!\\)\\\[(.{1,300}?)\\\]|(?<!\\)\$\$?([^$\n]{1,300}?)(?<!\\)\$\$?", re.DOTALL
)
_TEX_TELLS = re.compile(r"(?<!\\)(?:\\[A-Za-z]|[\^_]\{)")
_TEX_SIGNS = {
    "varnothing": "Ø", "emptyset": "Ø", "diameter": "Ø", "phi": "Ø", "Phi": "Ø", "oslash": "Ø", "O": "Ø",
    "pm": "±", "times": "×", "cdot": "·", "circ": "°", "degree": "°", "mu": "µ", "leq": "≤", "geq": "≥",
}  # fmt: skip
_TEX_COMMAND = re.compile(r"\\(?:([A-Za-z]+) ?|([,;:! ]))")
_TEX_LOWERED = re.compile(r"_(\{[^{}]*\}|\S)\^(\{[^{}]*\}|\S)")


def plain(markdown: str) -> str:
    """The words of `markdown` without its marks, one line a paragraph, list item or table row."""
    lines: list[str] = []
    marker = ""
    cells: list[str] | None = None
    for block in _PARSER.parse(without_tex(markdown)):
        if block.type == "inline" and cells is not None:
            cells.append(_inline(block))
        elif block.type == "inline":
            lines.append(marker + _inline(block))
            marker = ""
        elif block.type in ("fence", "code_block"):
            lines.append(block.content.rstrip("\n"))
        elif block.type == "list_item_open":
            marker = _marker(block)
        elif block.type == "tr_open":
            cells = []
        elif block.type == "tr_close":
            lines.append(" | ".join(cells or []))
            cells = None
    return "\n".join(lines)


def without_tex(markdown: str) -> str:
    """`markdown` with formulas as drawings write them: `$\\varnothing 30^{+0.2}_{-0.1}$` as Ø30 +0.2/-0.1."""
    return _TEX.sub(_untexed, markdown)


def _untexed(formula: re.Match[str]) -> str:
    inside = next(group for group in formula.groups() if group is not None)
    if not _TEX_TELLS.search(inside):  # two prices, or lettering in brackets that Markdown must not take for a link
        return formula[0]
    inside = _TEX_LOWERED.sub(r"^\2_\1", inside.replace("{,}", ","))
    inside = re.sub(r"\^\s?\{?\s?\\(?:circ|degree)\s?\}?", "°", inside)
    inside = _TEX_COMMAND.sub(lambda command: _TEX_SIGNS.get(command[1] or "", " " if command[2] else ""), inside)
    inside = re.sub(r"\}\s?_\s?\{?(?=\s?[+-]?\d)", "/", re.sub(r"\^", " ", inside))
    return " ".join(re.sub(r"[{}]", "", inside).split())


def escaped(lettering: str) -> str:
    """Lettering as Markdown that shows it to the letter."""
    return _SPECIAL.sub(r"\\\1", lettering)


def _marker(item: Token) -> str:
    # A deviation alone on its line reads as a list item: "+ 0,2" must keep its sign.
    return f"{item.info}{item.markup} " if item.info else f"{item.markup.replace('*', '-')} "


def _inline(block: Token) -> str:
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(breaks.get(piece.type, piece.content) for piece in block.children or [])
