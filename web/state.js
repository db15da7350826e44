// What the service is and does now, and what it was told to say.

import { health, key, Problem } from "./api.js";
import { $, el } from "./dom.js";
import { number, onLanguage, t } from "./words.js";

const BUSY_MS = 2000;
const CALM_MS = 20_000;

let last = null;
let timer = 0;
let known = () => {};

/** Keeps asking who answers and whether they would; `onKnown` is told each time. */
export function watchService(onKnown) {
  known = onKnown;
  onLanguage(draw);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  ask();
}

async function ask() {
  clearTimeout(timer);
  last = await health();
  timer = setTimeout(ask, last?.status === "healthy" ? CALM_MS : BUSY_MS);
  draw();
  known(last);
}

// What changes with every look, as seconds do, is not read aloud; what stays is not said again.
function draw() {
  const { status = "offline", engine, model, progress } = last ?? {};
  const who = engine === "embedded" ? t("embedded") : model;
  const state = last ? `${who} ${t(progress ? progress.stage : status)}` : t("offline");
  const says = $("engine-says");
  if (says.textContent !== state) says.textContent = state;
  $("engine").className = status;
  $("engine-more").replaceChildren(...(progress ? progressNodes(progress) : []));
}

function progressNodes({ share, seconds, stage }) {
  const since = t("since", { seconds: number(seconds) });
  if (share === null) return [since];
  return [el("progress", { value: share, max: 1, "aria-label": t(stage) }), ` ${number(100 * share)} %, ${since}`];
}

/** Shows a problem, or any other words, until they are closed. */
export function notify(words, isProblem = false) {
  const close = el("button", { type: "button", "aria-label": t("close"), onclick: (event) => event.currentTarget.parentNode.remove() }, "×");
  const notice = el("p", { className: isProblem ? "problem" : "" }, words, close);
  $("notices").replaceChildren(notice);
}

/** Says what went wrong; asks for a key where one is missing. */
export function report(problem) {
  if (problem.name === "AbortError") return;
  if (!(problem instanceof Problem)) {
    console.error(problem);
    problem = new Problem("internal_error", t("unreachable"));
  }
  const again = problem.retryAfter ? ` ${t("try-again", { seconds: problem.retryAfter })}` : "";
  const told = el("span", {}, problem.message, again, el("small", {}, ` ${[problem.code, problem.requestId].filter(Boolean).join(" · ")}`));
  notify(told, true);
  if (problem.code === "unauthorized") askForKey();
}

export function askForKey() {
  const dialog = $("key-dialog");
  if (dialog.open) return;
  $("key-value").value = key.get();
  dialog.returnValue = "";
  dialog.showModal();
}

/** Calls `changed` once a key was entered or removed. */
export function onKey(changed) {
  $("key").addEventListener("click", askForKey);
  $("key-value").addEventListener("input", ({ target }) => {
    target.setCustomValidity(key.isPossible(target.value.trim()) ? "" : t("impossible-key"));
  });
  $("key-dialog").addEventListener("close", () => {
    if ($("key-dialog").returnValue !== "use") return;
    key.set($("key-value").value.trim());
    $("notices").replaceChildren();
    changed();
  });
}
