// The conversation: questions, answers as they are written, and what they speak of.

import { chat } from "./api.js";
import { chip, putChips, render } from "./answer.js";
import { $, el } from "./dom.js";
import { EXAMPLES, number, onLanguage, said, t } from "./words.js";

const MOST_READ_ALOUD = 1000; // characters

export class Talk {
  onAnswer = () => {}; // told of each turn that was answered
  onLook = () => {}; // told of the turn that is pointed at, of the last one of a session that was opened
  #session = null;
  #turns = []; // {question, page, region, answer, evidence, elements, about, ended}
  #running = null; // {turn, node, controller}
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
    $("stop").addEventListener("click", () => this.#running?.controller.abort());
    onLanguage(() => this.#redraw());
  }

  /** Goes on with a session of the service and what was said in it; `null` ends the one there is. */
  open(session) {
    this.#running?.controller.abort();
    this.#running = null;
    this.#session = session?.session_id ?? null;
    this.#turns = (session?.history ?? []).map(({ detected_elements: elements, region, ...turn }) =>
      ({ ...turn, elements, region: region && corners(region) }));
    this.onLook(this.#turns.at(-1));
    this.#redraw();
  }

  async ask(question) {
    if (!question || !this.#session || this.#running) return;
    const turn = { question, ...this.#view(), answer: "", evidence: [], elements: [] };
    const running = { turn, node: this.#drawn(turn), controller: new AbortController() };
    this.#begin(running);
    const goesOn = () => this.#running === running; // else another drawing was opened meanwhile
    try {
      const answer = await chat(this.#form(turn), (text) => goesOn() && this.#grow(running, text), running.controller.signal);
      if (goesOn()) this.#finish(turn, answer);
    } catch (problem) {
      if (goesOn()) this.#fail(turn, problem);
    }
    if (goesOn()) this.#end(running);
  }

  #form({ question, page, region }) {
    const use_grounding = $("grounding").checked || undefined;
    const named = region?.map((value) => value.toFixed(1)).join(",");
    return { session_id: this.#session, question, page, region: named, use_grounding };
  }

  #begin(running) {
    this.#running = running;
    $("question").value = "";
    this.#drawForm();
    running.node.setAttribute("aria-busy", "true");
    running.node.querySelector(".about").textContent = t("is-answering");
    $("log").append(running.node);
    $("log").scrollTop = $("log").scrollHeight;
  }

  // What comes within one frame is drawn together: a thousand pieces a second are not a thousand layouts.
  #grow({ turn, node }, text) {
    turn.answer += text;
    turn.frame ||= requestAnimationFrame(() => {
      turn.frame = 0;
      if (this.#running?.turn !== turn) return;
      const log = $("log");
      const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
      node.querySelector(".answer").replaceChildren(render(turn.answer));
      if (follows) log.scrollTop = log.scrollHeight;
    });
  }

  #finish(turn, answer) {
    const { markdown, evidence, detected_elements: elements } = answer;
    Object.assign(turn, { answer: markdown, evidence, elements, about: answer });
    $("said").textContent = answer.text.slice(0, MOST_READ_ALOUD);
    this.onAnswer(turn);
  }

  // What was written until then is kept; a question that got no answer comes back into its field.
  #fail(turn, problem) {
    turn.ended = true;
    if (problem.name === "AbortError") return;
    $("question").value ||= turn.question;
    this.#report(problem);
  }

  #end({ turn, node }) {
    this.#running = null;
    node.setAttribute("aria-busy", "false");
    if (turn.about || turn.answer || !$("question").value) this.#turns.push(turn);
    else node.remove();
    this.#fill(node, turn);
    this.#drawForm();
    $("log").scrollTop = $("log").scrollHeight;
  }

  #drawForm() {
    const [isRunning, had] = [Boolean(this.#running), document.activeElement];
    [$("send").hidden, $("stop").hidden] = [isRunning, !isRunning];
    const isNew = this.#session && !this.#turns.length && !isRunning;
    $("examples").hidden = !isNew;
    if (had?.closest("#examples, #send, #stop")) $("question").focus(); // focus is not lost with what was pressed
  }

  #redraw() {
    $("examples").replaceChildren(...EXAMPLES.map((pair) =>
      el("button", { type: "button", onclick: () => this.ask(said(pair)) }, said(pair))));
    $("log").replaceChildren(...this.#turns.map((turn) => this.#drawn(turn)));
    if (this.#running) $("log").append(this.#running.node);
    $("said").textContent = "";
    this.#drawForm();
    $("log").scrollTop = $("log").scrollHeight;
  }

  #drawn(turn) {
    const where = turn.region ? [", ", this.#place(turn.page, turn.region, t("in-region"), "region")] : [];
    const node = el("article", {},
      el("h3", {}, turn.question, el("span", { className: "small" }, ` ${t("about", { page: turn.page })}`, ...where)),
      el("div", { className: "answer" }),
      el("div", { className: "places" }),
      el("p", { className: "about small" }));
    for (const look of ["pointerenter", "focusin"]) node.addEventListener(look, () => this.onLook(turn));
    this.#fill(node, turn);
    return node;
  }

  #fill(node, turn) {
    const answer = render(turn.answer);
    const made = (item, content) => chip(item, this.#places, content);
    const more = putChips(answer, turn.evidence, made);
    if (more.length) answer.append(el("p", {}, t("more-evidence"), ...more.flatMap((item) => [" ", made(item)])));
    node.querySelector(".answer").replaceChildren(answer);
    node.querySelector(".places").replaceChildren(...this.#listed(turn.elements));
    node.querySelector(".about").textContent = turn.ended ? t("stopped") : aboutInWords(turn.about);
  }

  // The same places as the boxes on the sheet, for those who do not see these.
  #listed(elements) {
    if (!elements.length) return [];
    const buttons = elements.map(({ label, page, bbox }) => this.#place(page, corners(bbox), label, "element"));
    return [el("details", {}, el("summary", {}, t("elements", { count: elements.length })), ...buttons)];
  }

  #place(page, box, label, status) {
    const button = el("button", { type: "button", className: "place" }, label);
    this.#places.lead(button, { page, box, label, status });
    return button;
  }
}

const corners = ({ x1, y1, x2, y2 }) => [x1, y1, x2, y2];

function aboutInWords(answer) {
  if (!answer) return "";
  const { engine, model, processing_time: seconds, usage } = answer;
  const tokens = usage.prompt_tokens && t("tokens", {
    read: number(usage.prompt_tokens),
    cached: number(usage.cached_tokens),
    written: number(usage.completion_tokens),
  });
  const took = t("took", { seconds: number(seconds, seconds < 1 ? 2 : 1) });
  return [took, tokens, engine === "embedded" ? t("embedded") : model].filter(Boolean).join(" · ");
}
