// An answer's Markdown as nodes, its values as chips. Nothing becomes markup: nodes are made here, text stays text.

import { el } from "./dom.js";
import { t } from "./words.js";
import { lexer } from "./vendor/marked.esm.js";

const LONGEST = 60_000; // characters; more is shown as it is, because nobody writes a table of that size
const MARKS = { verified: "✓", ocr_only: "≈", not_found: "✗", computed: "=" };
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#39;": "'", "&nbsp;": " " };
const BOXES = /"(?:bbox_2d|point_2d)"/; // what a model writes for machines, drawn on the sheet instead

/** `markdown` as nodes. */
export function render(markdown) {
  const fragment = new DocumentFragment();
  try {
    if (markdown.length > LONGEST) throw new RangeError();
    fragment.append(...blocks(lexer(markdown)));
  } catch {
    fragment.replaceChildren(el("pre", {}, markdown)); // too long, or nested too deep for any reader
  }
  fragment.normalize();
  return fragment;
}

const blocks = (tokens = []) => tokens.map(block).filter(Boolean);

function block(token) {
  switch (token.type) {
    case "space":
      return null;
    case "heading":
      return el("h4", {}, ...inlines(token.tokens));
    case "list":
      return el(token.ordered ? "ol" : "ul", token.ordered ? { start: token.start || 1 } : {}, ...token.items.map(item));
    case "blockquote":
      return el("blockquote", {}, ...blocks(token.tokens));
    case "code":
      return BOXES.test(token.text) ? null : el("pre", {}, token.text);
    case "hr":
      return el("hr");
    case "table":
      return el("div", { className: "scroll" }, table(token));
    case "paragraph":
      return el("p", {}, ...inlines(token.tokens));
    default:
      return token.tokens ? el("span", {}, ...inlines(token.tokens)) : el("p", {}, token.raw);
  }
}

const item = (token) => el("li", {}, ...blocks(token.tokens));

function table({ header, rows }) {
  const row = (tag) => (cells) => el("tr", {}, ...cells.map((cell) => el(tag, {}, ...inlines(cell.tokens))));
  return el("table", {}, el("thead", {}, row("th")(header)), el("tbody", {}, ...rows.map(row("td"))));
}

const inlines = (tokens = []) => tokens.map(inline);

function inline(token) {
  switch (token.type) {
    case "strong":
    case "em":
    case "del":
      return el(token.type, {}, ...inlines(token.tokens));
    case "codespan":
      return el("code", {}, token.text);
    case "br":
      return el("br");
    case "link": // shown, never followed: where it leads was said by a sheet or a model
      return token.text === token.href ? token.href : `${token.text} (${token.href})`;
    case "escape":
      return token.text;
    case "text":
      return token.tokens ? el("span", {}, ...inlines(token.tokens)) : decoded(token.text);
    default:
      return token.raw;
  }
}

const decoded = (text) => text.replace(/&(?:lt|gt|amp|quot|#39|nbsp);/g, (entity) => ENTITIES[entity]);

/** Turns the values in `root` into chips, by `chip(evidence)`; the evidence whose value is not found in it. */
export function putChips(root, evidence, chip) {
  const byValue = Map.groupBy(evidence, (item) => folded(item.value));
  const values = [...byValue.keys()].filter(Boolean).sort((a, b) => b.length - a.length);
  const placed = new Set();
  if (values.length) {
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}]|\\p{N}[.,])(?:${values.map(escaped).join("|")})(?!\\p{L}|\\p{N}|[.,]\\p{N})`, "gu");
    for (const text of textsIn(root)) {
      text.replaceWith(...split(text.data, pattern, (value) => {
        const same = byValue.get(folded(value));
        placed.add(folded(value));
        return chip(same.length > 1 ? same.shift() : same[0], value);
      }));
    }
  }
  return evidence.filter((item) => !placed.has(folded(item.value)));
}

const folded = (value) => value.replace(/\s+/g, " ").trim();
const escaped = (value) => value.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/ /g, "\\s+");

function textsIn(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  return texts;
}

function split(text, pattern, chip) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    pieces.push(text.slice(end, match.index), chip(match[0]));
    end = match.index + match[0].length;
  }
  return [...pieces, text.slice(end)];
}

/** A value with its standing: shows its place while it is looked at, flies there when it is pressed. */
export function chip({ value, status, page, bbox, zone }, places, text = value) {
  const where = bbox && [t("page", { page }), zone && t("zone", { zone })].filter(Boolean).join(", ");
  const meaning = [t(status), where].filter(Boolean).join(", ");
  const node = el("button", { type: "button", className: `chip ${status}`, title: meaning },
    el("span", { className: "mark", "aria-hidden": "true" }, MARKS[status]), text,
    el("span", { className: "unseen" }, ` (${meaning})`));
  if (bbox) places.lead(node, { page, box: [bbox.x1, bbox.y1, bbox.x2, bbox.y2], label: value, status });
  return node;
}
