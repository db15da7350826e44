// What the service is and does now, and what it was told to say.

import { health, key } from "./api.js";
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
  last = await health().catch(() => null);
  draw();
  known(last);
  timer = setTimeout(ask, last?.status === "healthy" ? CALM_MS : BUSY_MS);
}

function draw() {
  const { status = "offline", engine, model, progress } = last ?? {};
  const who = engine === "embedded" ? t("embedded") : model;
  $("engine").className = status;
  $("engine").replaceChildren(...(last ? [el("b", {}, who), ` ${statusInWords(status, progress)}`] : [t("offline")]));
  if (progress?.share != null) $("engine").append(" ", el("progress", { value: progress.share, max: 1, ariaLabel: t(progress.stage) }));
}

function statusInWords(status, progress) {
  if (!progress) return t(status);
  const share = progress.share == null ? "" : ` ${number(100 * progress.share)} %`;
  return `${t(progress.stage)}${share}, ${t("since", { seconds: number(progress.seconds) })}`;
}

/** Shows a problem, or any other words, until they are closed. */
export function notify(words, isProblem = false) {
  const close = el("button", { type: "button", ariaLabel: t("close"), onclick: (event) => event.currentTarget.parentNode.remove() }, "×");
  const notice = el("p", { className: isProblem ? "problem" : "" }, words, close);
  $("notices").replaceChildren(notice);
}

/** Says what went wrong; asks for a key where one is missing. */
export function report(problem) {
  if (problem.name === "AbortError") return;
  if (problem.code === undefined) throw problem;
  const again = problem.retryAfter ? ` ${t("try-again", { seconds: problem.retryAfter })}` : "";
  const told = el("span", {}, problem.message, again, el("small", {}, ` ${[problem.code, problem.requestId].filter(Boolean).join(" · ")}`));
  notify(told, true);
  if (problem.code === "unauthorized") askForKey();
}

export function askForKey() {
  $("key-value").value = key.get();
  $("key-dialog").showModal();
}

/** Calls `onKey` once a key was entered or removed. */
export function onKey(changed) {
  $("key").addEventListener("click", askForKey);
  $("key-dialog").addEventListener("close", () => {
    if ($("key-dialog").returnValue !== "use") return;
    key.set($("key-value").value.trim());
    $("notices").replaceChildren();
    changed();
  });
}
