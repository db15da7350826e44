// An answer's Markdown as nodes, its values as chips. Nothing becomes markup: nodes are made here, text stays text.

import { el } from "./dom.js";
import { withoutTex } from "./tex.js";
import { t } from "./words.js";
import { lexer } from "./vendor/marked.esm.js";

const LONGEST = 60_000; // characters; more is shown as it is, because nobody writes a table of that size
const MARKS = { verified: "✓", ocr_only: "≈", not_found: "✗", computed: "=" };
const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: " ", deg: "°", Oslash: "Ø", plusmn: "±", times: "×", micro: "µ" };
const SAME_SIGNS = [[/[×x]/g, "[×x]"], [/[Ø⌀∅]/g, "[Ø⌀∅]"], [/ /g, "\\s+"]]; // a value is told with one of each
const BLOCKS = "p, li, td, th, h4, pre, blockquote";
const BOXES = /"(?:bbox_2d|point_2d)"/; // what a model writes for machines, drawn on the sheet instead

/** `markdown` as nodes. */
export function render(markdown) {
  const fragment = new DocumentFragment();
  try {
    if (markdown.length > LONGEST) throw new RangeError();
    fragment.append(...blocks(lexer(withoutTex(markdown))));
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
      return el(token.ordered ? "ol" : "ul", token.ordered ? { start: Number(token.start ?? 1) } : {}, ...token.items.map(item));
    case "blockquote":
      return el("blockquote", {}, ...blocks(token.tokens));
    case "code":
      return BOXES.test(token.text) ? null : el("pre", {}, token.text);
    case "checkbox":
      return new Text(token.checked ? "☑ " : "☐ ");
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
      return el(token.type, {}, ...inlines(token.tokens));
    case "del": // a single one means "about": ~5
      return token.raw.startsWith("~~") ? el("del", {}, ...inlines(token.tokens)) : token.raw;
    case "codespan":
      return el("code", {}, token.text);
    case "br":
      return el("br");
    case "html":
      return /^<br\s*\/?>$/i.test(token.raw) ? el("br") : token.raw;
    case "link": // shown, never followed: where it leads was said by a sheet or a model
      return token.raw === token.text ? token.text : el("span", {}, ...inlines(token.tokens), ` (${token.href})`);
    case "escape":
      return token.text;
    case "text":
      return token.tokens ? el("span", {}, ...inlines(token.tokens)) : decoded(token.text);
    default:
      return token.raw;
  }
}

const decoded = (text) => text.replace(/&(\w+);/g, (entity, name) => ENTITIES[name] ?? entity);

/** Turns the values in `root` into chips, by `chip(evidence, content)`; the evidence whose value is not found in it. */
export function putChips(root, evidence, chip) {
  const byValue = new Map();
  for (const item of evidence) byValue.set(folded(item.value), [...(byValue.get(folded(item.value)) ?? []), item]);
  const values = [...byValue.keys()].filter(Boolean).sort((a, b) => b.length - a.length);
  const placed = new Set();
  if (!values.length) return [];
  for (const texts of blocksOfText(root)) {
    const matches = [...texts.map(({ data }) => data).join("").matchAll(patternOf(values))];
    const chosen = matches.map(([value]) => {
      const same = byValue.get(folded(value));
      placed.add(folded(value));
      return same.length > 1 ? same.shift() : same[0];
    });
    for (let n = matches.length - 1; n >= 0; n -= 1) { // from the end, so that what is before keeps its place
      const range = rangeIn(texts, matches[n].index, matches[n][0].length);
      const content = range.extractContents();
      range.insertNode(chip(chosen[n], content));
    }
  }
  return evidence.filter((item) => !placed.has(folded(item.value)));
}

const folded = (value) => value.replace(/\s+/g, " ").replaceAll("×", "x").replace(/[⌀∅]/g, "Ø").trim();

// Not within longer words, numbers and scales; but an x may stand between a count and its size, as in 4xØ12.
function patternOf(values) {
  const escaped = (value) => SAME_SIGNS.reduce(
    (text, [sign, any]) => text.replace(sign, any), value.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  const before = "(?<!(?![x×])[\\p{L}\\p{N}]|\\p{N}[.,:])";
  const after = "(?:(?<=[x×])|(?!(?![x×]\\s?[\\p{N}Ø⌀∅MRG])[\\p{L}\\p{N}]|[.,:]\\p{N}))";
  return new RegExp(`${before}(?:${values.map(escaped).join("|")})${after}`, "gu");
}

// The text nodes of each paragraph, cell or item, which may be split by emphasis.
function blocksOfText(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const groups = [];
  let last = null;
  while (walker.nextNode()) {
    const block = walker.currentNode.parentElement?.closest(BLOCKS) ?? null;
    if (!groups.length || block !== last) groups.push([]);
    groups.at(-1).push(walker.currentNode);
    last = block;
  }
  return groups;
}

function rangeIn(texts, index, length) {
  const range = new Range();
  let passed = 0;
  for (const text of texts) {
    const [from, to] = [index - passed, index + length - passed];
    if (from >= 0 && from < text.length) range.setStart(text, from);
    if (to > 0 && to <= text.length) range.setEnd(text, to);
    passed += text.length;
  }
  return range;
}

/** A value with its standing: shows its place while it is looked at, flies there when it is pressed. */
export function chip({ value, status, page, bbox, zone }, places, content = value) {
  const where = bbox && [t("page", { page }), zone && t("zone", { zone })].filter(Boolean).join(", ");
  const meaning = [t(status), where].filter(Boolean).join(", ");
  const node = el("button", { type: "button", className: `chip ${status}`, title: meaning },
    el("span", { className: "mark", "aria-hidden": "true" }, MARKS[status]), el("span", {}, content));
  if (bbox) places.lead(node, { page, box: [bbox.x1, bbox.y1, bbox.x2, bbox.y2], label: value, status });
  return node;
}
