// What stands on the drawing as tables: sorted by a click, each row leads to its place; saved or copied.

import { download, extract } from "./api.js";
import { $, el, save } from "./dom.js";
import { language, number, onLanguage, t } from "./words.js";

const FIELDS = ["name", "value", "zone", "status", "label", "page"];
const CALLOUTS = ["text", "type", "nominal", "upper", "lower", "fit", "quantity", "unit", "zone", "status", "page"];
const TOLD = { name: "field-", type: "", status: "" }; // said in the reader's language, by the words with this prefix

export class DataTables {
  #session = null;
  #extraction = null;
  #loading = null;
  #places;
  #report;

  constructor({ places, report }) {
    [this.#places, this.#report] = [places, report];
    for (const button of document.querySelectorAll("[data-format]")) {
      button.addEventListener("click", () => this.#save(button.dataset.format));
    }
    $("copy").addEventListener("click", () => this.#copy());
    onLanguage(() => this.#draw());
  }

  open(session) {
    this.#loading?.abort();
    [this.#session, this.#extraction, this.#loading] = [session?.session_id ?? null, null, null];
    this.#draw();
  }

  /** Asks for the data once, when somebody looks. */
  async show() {
    if (!this.#session || this.#extraction || this.#loading) return;
    const loading = new AbortController();
    this.#loading = loading;
    this.#draw();
    try {
      const extraction = await extract(this.#session, loading.signal);
      if (this.#loading === loading) this.#extraction = extraction; // else another drawing was opened meanwhile
    } catch (problem) {
      this.#report(problem);
    }
    if (this.#loading !== loading) return;
    this.#loading = null;
    this.#draw();
  }

  #draw() {
    const found = this.#extraction;
    $("tables").replaceChildren(...(found ? this.#sections().map((section) => this.#drawn(section)) : []));
    $("data-says").textContent = found ? summary(found) : this.#loading ? t("extracting") : "";
    for (const button of document.querySelectorAll("#data .tools button")) button.disabled = !found;
  }

  // Every part of the extraction as {title, heads, rows: [{cells, place}]}; `leads` is the column that is a button.
  #sections() {
    const { title_block: { fields }, callouts, tables } = this.#extraction;
    const parts = [
      section("title_block", FIELDS, fields, "value"),
      section("callouts", CALLOUTS, callouts, "text"),
      ...tables.map((item) => ({
        title: `${t(item.table_type)}, ${t("page", { page: item.page })}`,
        heads: item.headers,
        leads: 0,
        rows: item.rows.map((cells, n) => ({ cells, place: placeOf({ ...item, bbox: item.row_boxes[n] ?? item.bbox, text: cells.join(" ") }) })),
      })),
    ];
    return parts.filter(({ rows }) => rows.length);
  }

  #drawn({ title, heads, leads, rows }) {
    const drawn = rows.map((row) => ({ ...row, node: this.#row(row, leads) }));
    const body = el("tbody", {}, ...drawn.map(({ node }) => node));
    const sorted = (column) => ({ currentTarget: button }) => body.append(...sort(button.closest("th"), drawn, column));
    const head = (text, column) => el("th", { scope: "col" }, el("button", { type: "button", onclick: sorted(column) }, text || "–"));
    const table = el("table", {}, el("caption", {}, title), el("thead", {}, el("tr", {}, ...heads.map(head))), body);
    return el("div", { className: "scroll" }, table);
  }

  #row({ cells, place }, leads) {
    const row = el("tr", {}, ...cells.map((value, column) => {
      const text = typeof value === "number" ? number(value, 0, 6) : String(value ?? "");
      if (column !== leads || !place) return el("td", {}, text);
      const button = el("button", { type: "button", className: "place" }, text || "–");
      this.#places.lead(button, place);
      return el("td", {}, button);
    }));
    if (place) this.#places.lead(row, place);
    return row;
  }

  async #save(format) {
    try {
      const { name, content } = await download(this.#session, format);
      save(name, content);
    } catch (problem) {
      this.#report(problem);
    }
  }

  async #copy() {
    const text = this.#sections().map(markdownOf).join("\n\n");
    try {
      await navigator.clipboard.writeText(text);
      $("data-says").textContent = t("copied");
    } catch {
      save("drawing.md", new Blob([text], { type: "text/markdown" })); // away from localhost only https may copy
      $("data-says").textContent = t("not-copied");
    }
  }
}

// Columns in which nothing stands are left out, the page of a single sheet too.
function section(title, names, items, leads) {
  const cells = (item) => names.map((name) => (name in TOLD ? t(TOLD[name] + item[name]) : item[name]));
  const says = (name) => items.some((item) => (item[name] ?? "") !== "") && !(name === "page" && items.every(({ page }) => page === 1));
  const kept = names.map(says);
  return {
    title: t(title),
    heads: names.filter((_, n) => kept[n]).map((name) => t(`col-${name}`)),
    leads: names.filter((_, n) => kept[n]).indexOf(leads),
    rows: items.map((item) => ({ cells: cells(item).filter((_, n) => kept[n]), place: placeOf(item) })),
  };
}

function placeOf({ page, bbox, text, value, status }) {
  return bbox && { page, box: [bbox.x1, bbox.y1, bbox.x2, bbox.y2], label: text ?? value, status: status ?? "element" };
}

function summary({ title_block: { fields }, callouts, tables, pages }) {
  const counts = t("extracted", { fields: fields.length, callouts: callouts.length, tables: tables.length });
  const cut = pages.filter(({ complete }) => !complete).map(({ page }) => t("incomplete", { page }));
  return [counts, ...cut].join(" ");
}

/** The nodes of `rows` in the order of `column`, the other way round when they are in it already; empty ones last. */
function sort(head, rows, column) {
  const falls = head.getAttribute("aria-sort") === "ascending";
  for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", falls ? "descending" : "ascending");
  const { compare } = new Intl.Collator(language(), { numeric: true });
  const isEmpty = (row) => (row.cells[column] ?? "") === "";
  const order = (a, b) => (Number.isNaN(numberIn(a) - numberIn(b)) ? compare(String(a), String(b)) : numberIn(a) - numberIn(b));
  const inOrder = (a, b) => isEmpty(a) - isEmpty(b) || (falls ? -1 : 1) * order(a.cells[column], b.cells[column]);
  return [...rows].sort(inOrder).map(({ node }) => node);
}

// A number as it is or as it is printed: 1,5 and 1.25 and −3.
function numberIn(value) {
  if (typeof value === "number") return value;
  return /^[+\-−]?\d+(?:[.,]\d+)?$/.test(value) ? Number(value.replace("−", "-").replace(",", ".")) : NaN;
}

function markdownOf({ title, heads, rows }) {
  const line = (cells) => `| ${cells.map((value) => String(value ?? "").replace(/[\\|]/g, "\\$&").replace(/\s+/g, " ")).join(" | ")} |`;
  return [`## ${title}`, "", line(heads), line(heads.map(() => "---")), ...rows.map(({ cells }) => line(cells))].join("\n");
}
