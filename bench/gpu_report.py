"""The figures of a GPU as tables, and the aims beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.report import Aim

_AIMS_S = {"simple": 0.6, "complex": 2.0, "table": 4.5}
LATER_MS, ONE_USER, AT_64 = 60.0, 150.0, 3000.0
_GIB = ("weights_gib", "activations_gib", "other_gib", "graphs_gib", "kv_gib")


def aims_of(found: Mapping[str, Any]) -> list[Aim]:
    """The aims for one H200, in bf16, as far as they were measured."""
    whole = found.get("bf16", {})
    talks = {(talk["kind"], talk["stage"]): talk for talk in whole.get("talks", ())}
    crowds = {each["users"]: each for each in whole.get("crowds", ())}
    aims = [
        Aim(f"{kind} question after the warm-up", talks[kind, "warm"]["whole_s"], "<=", bound, " s")
        for kind, bound in _AIMS_S.items()
        if (kind, "warm") in talks
    ]
    if ("simple", "later") in talks:
        aims.append(
            Aim("first token of a later turn", 1000 * talks["simple", "later"]["first_s"], "<=", LATER_MS, " ms")
        )
    if 1 in crowds:
        aims.append(Aim("tokens a second for one user", crowds[1]["per_user"], ">=", ONE_USER))
    if 64 in crowds:
        aims.append(Aim("tokens a second for 64 users", crowds[64]["in_all"], ">=", AT_64))
    return aims


def markdown(found: Mapping[str, Any]) -> str:
    """Every table of what was found."""
    variants = {name: each for name, each in found.items() if name != "hardware"}
    return "\n".join(
        [
            "# Qwen3-VL-30B-A3B in its real size, random weights",
            "",
            ", ".join(f"{name} {value}" for name, value in found.get("hardware", {}).items()),
            "",
            *_section("Start-up and memory", _starts(variants)),
            *_section("One conversation (A3 sheet, medians)", _talks(variants)),
            *_section("Conversations at once (medians; 128 tokens an answer)", _crowds(variants)),
            *_section("Seconds of prefill", _prefills(variants)),
            *_section("Real sheets", _drawings(variants)),
        ]
    )


def _section(title: str, rows: Iterator[Sequence[str]]) -> list[str]:
    head, *body = rows
    if not body:
        return []
    lines = [" | ".join(row) for row in (head, ["---"] + ["---:"] * (len(head) - 1), *body)]
    return [f"## {title}", "", *(f"| {line} |" for line in lines), ""]


def _starts(variants: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    yield ("", "ready, s", "weights loaded, s", "compiled, s", "graphs, s", *_WORDS, "KV tokens", "used, GiB")
    for name, each in variants.items():
        engine = each.get("engine", {})
        yield (
            _named(name, each),
            _number(each.get("ready_s"), 0),
            _number(engine.get("load_s"), 1),
            _number(engine.get("compile_s"), 1),
            _number(engine.get("graphs_s"), 0),
            *(_number(engine.get(part), 2) for part in _GIB),
            _number(engine.get("kv_tokens"), 0),
            _number(each.get("gpu_used_gib"), 1),
        )


_WORDS = ("weights, GiB", "activations, GiB", "other, GiB", "graphs, GiB", "KV cache, GiB")


def _talks(variants: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    yield (
        "", "question", "asked", "first token, ms", "whole, s", "tokens/s", "tokens", "prompt", "cached", "enlarged"
    )  # fmt: skip
    for name, each in variants.items():
        for talk in each.get("talks", ()):
            yield (
                name,
                talk["kind"],
                talk["stage"],
                _number(1000 * talk["first_s"], 0),
                _number(talk["whole_s"], 2),
                _number(talk["per_second"], 0),
                *(_number(talk[count], 0) for count in ("tokens", "prompt", "cached", "enlarged")),
            )


def _crowds(variants: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    yield "", "at once", "first token, ms", "of 95 %, ms", "tokens/s for one", "tokens/s in all"
    for name, each in variants.items():
        for crowd in each.get("crowds", ()):
            yield (
                name,
                str(crowd["users"]),
                _number(1000 * crowd["first_s"], 0),
                _number(1000 * crowd["first_p95_s"], 0),
                _number(crowd["per_user"], 0),
                _number(crowd["in_all"], 0),
            )


def _prefills(variants: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    yield "", "image tokens", "picture, ms", "text tokens", "text, ms", "vision tower (difference), ms"
    for name, each in variants.items():
        for prefill in each.get("prefills", ()):
            yield (
                name,
                _number(prefill["picture_tokens"], 0),
                _number(1000 * prefill["picture_s"], 0),
                _number(prefill["text_tokens"], 0),
                _number(1000 * prefill["text_s"], 0),
                _number(1000 * (prefill["picture_s"] - prefill["text_s"]), 0),
            )


def _drawings(variants: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    yield "sheet", "ready, s", "first question: first token, ms", "whole, s", "second: first token, ms", "whole, s"
    for each in variants.values():
        for drawing in each.get("drawings", ()):
            times = [(_number(1000 * asked["first_s"], 0), _number(asked["whole_s"], 2)) for asked in drawing["asked"]]
            yield drawing["name"], _number(drawing["ready_s"], 1), *(each for pair in times for each in pair)


def _named(name: str, each: Mapping[str, Any]) -> str:
    return name + (" (failed)" if "failed" in each else " (beside another)" if each.get("shared") else "")


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:,.{decimals}f}"
