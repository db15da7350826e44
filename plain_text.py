"""Markdown as plain text, for callers that show `text`; and lettering that Markdown must not swallow."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")


def plain(markdown: str) -> str:
    """The words of `markdown` without its marks, one line a paragraph, list item or table row."""
    lines: list[str] = []
    marker = ""
    cells: list[str] | None = None
    for block in _PARSER.parse(markdown):
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


def escaped(lettering: str) -> str:
    """Lettering as Markdown that shows it to the letter."""
    return _SPECIAL.sub(r"\\\1", lettering)


def _marker(item: Token) -> str:
    # A deviation alone on its line reads as a list item: "+ 0,2" must keep its sign.
    return f"{item.info}{item.markup} " if item.info else f"{item.markup.replace('*', '-')} "


def _inline(block: Token) -> str:
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(breaks.get(piece.type, piece.content) for piece in block.children or [])
