// The conversation: questions, answers as they are written, and what they speak of.

import { chat } from "./api.js";
import { chip, putChips, render } from "./answer.js";
import { $, el } from "./dom.js";
import { EXAMPLES, number, onLanguage, said, t } from "./words.js";

export class Talk {
  onAnswer = () => {}; // told of each turn that was answered
  #session = null;
  #turns = []; // {question, page, region, answer, evidence, elements, about}
  #running = null;
  #places;
  #report;
  #view;

  /** `places` lead from a node to a place on the sheet, `view` tells the page and the region, `report` takes problems. */
  constructor({ places, view, report }) {
    [this.#places, this.#view, this.#report] = [places, view, report];
    $("ask").addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask($("question").value.trim());
    });
    $("question").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      $("ask").requestSubmit();
    });
    $("stop").addEventListener("click", () => this.#running?.abort());
    onLanguage(() => this.#redraw());
  }

  /** Goes on with a session of the service and what was said in it; `null` ends the one there is. */
  open(session) {
    this.#running?.abort();
    this.#session = session?.session_id ?? null;
    this.#turns = (session?.history ?? []).map((turn) => ({ ...turn, elements: [] }));
    this.#redraw();
  }

  async ask(question) {
    if (!question || !this.#session || this.#running) return;
    const { page, region } = this.#view();
    const turn = { question, page, region, answer: "", evidence: [], elements: [] };
    const node = this.#drawn(turn);
    this.#begin(node);
    try {
      const answer = await chat(this.#form(turn), (text) => this.#grow(turn, node, text), this.#running.signal);
      this.#finish(turn, node, answer);
    } catch (problem) {
      this.#fail(turn, node, problem);
    } finally {
      this.#end(node);
    }
  }

  #form({ question, page, region }) {
    const use_grounding = $("grounding").checked || undefined;
    const corners = region?.map((value) => value.toFixed(1)).join(",");
    return { session_id: this.#session, question, page, region: corners, use_grounding };
  }

  #begin(node) {
    this.#running = new AbortController();
    [$("send").hidden, $("stop").hidden] = [true, false];
    $("question").value = "";
    node.ariaBusy = "true";
    node.querySelector(".about").textContent = t("is-answering");
    $("examples").hidden = true;
    $("log").append(node);
    node.scrollIntoView({ block: "end" });
  }

  // What comes within one frame is drawn together: a thousand pieces a second are not a thousand layouts.
  #grow(turn, node, text) {
    turn.answer += text;
    turn.frame ||= requestAnimationFrame(() => {
      turn.frame = 0;
      if (node.ariaBusy !== "true") return;
      const log = $("log");
      const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
      node.querySelector(".answer").replaceChildren(render(turn.answer));
      if (follows) log.scrollTop = log.scrollHeight;
    });
  }

  #finish(turn, node, answer) {
    const { markdown, evidence, detected_elements: elements } = answer;
    Object.assign(turn, { answer: markdown, evidence, elements, about: answer });
    this.#turns.push(turn);
    this.#fill(node, turn);
    this.onAnswer(turn);
  }

  #fail(turn, node, problem) {
    if (problem.name === "AbortError") {
      turn.stopped = true;
      this.#turns.push(turn);
      this.#fill(node, turn);
      return;
    }
    node.remove();
    $("question").value ||= turn.question;
    this.#report(problem);
  }

  #end(node) {
    node.ariaBusy = "false";
    this.#running = null;
    [$("send").hidden, $("stop").hidden] = [false, true];
    $("log").scrollTop = $("log").scrollHeight;
  }

  #redraw() {
    $("examples").replaceChildren(...EXAMPLES.map((pair) =>
      el("button", { type: "button", onclick: () => this.ask(said(pair)) }, said(pair))));
    $("examples").hidden = !this.#session || this.#turns.length > 0;
    if (this.#running) return;
    $("log").replaceChildren(...this.#turns.map((turn) => this.#drawn(turn)));
    $("log").scrollTop = $("log").scrollHeight;
  }

  #drawn(turn) {
    const where = [t("about", { page: turn.page }), turn.region && t("in-region")].filter(Boolean).join(", ");
    const node = el("article", {},
      el("h3", {}, turn.question, el("span", { className: "small" }, ` ${where}`)),
      el("div", { className: "answer" }),
      el("div", { className: "places" }),
      el("p", { className: "about small" }));
    this.#fill(node, turn);
    return node;
  }

  #fill(node, turn) {
    const answer = render(turn.answer);
    const made = (item, text) => chip(item, this.#places, text);
    const more = putChips(answer, turn.evidence ?? [], made);
    if (more.length) answer.append(el("p", {}, t("more-evidence"), ...more.flatMap((item) => [" ", made(item)])));
    node.querySelector(".answer").replaceChildren(answer);
    node.querySelector(".places").replaceChildren(...this.#listed(turn.elements));
    node.querySelector(".about").textContent = turn.stopped ? t("stopped") : aboutInWords(turn.about);
  }

  // The same places as the boxes on the sheet, for those who do not see these.
  #listed(elements) {
    if (!elements.length) return [];
    const buttons = elements.map(({ label, page, bbox: { x1, y1, x2, y2 } }) => {
      const button = el("button", { type: "button", className: "place" }, label);
      this.#places.lead(button, { page, box: [x1, y1, x2, y2], label, status: "element" });
      return button;
    });
    return [el("details", {}, el("summary", {}, t("elements", { count: elements.length })), ...buttons)];
  }
}

function aboutInWords(answer) {
  if (!answer) return "";
  const { engine, model, processing_time: seconds, usage } = answer;
  const tokens = usage.prompt_tokens && t("tokens", {
    read: number(usage.prompt_tokens),
    cached: number(usage.cached_tokens),
    written: number(usage.completion_tokens),
  });
  return [t("took", { seconds: number(seconds, seconds < 1 ? 2 : 1) }), tokens, engine === "embedded" ? t("embedded") : model].filter(Boolean).join(" · ");
}
