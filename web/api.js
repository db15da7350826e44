// The service's routes, as any front end would call them. Everything that goes wrong is a `Problem`.

import { language, t } from "./words.js";
import { createParser } from "./vendor/eventsource-parser.js";

/** What was wrong: `code` for programs, the message for people, in their language. */
export class Problem extends Error {
  constructor(code, message, { status = 0, requestId = null, retryAfter = null } = {}) {
    super(message);
    Object.assign(this, { code, status, requestId, retryAfter });
  }

  static of(document, retryAfter = null) {
    const { code = "internal_error", detail = t("unreachable"), status, request_id: requestId } = document ?? {};
    return new Problem(code, detail, { status, requestId, retryAfter });
  }
}

/** The key of this tab. A header takes visible ASCII only, as `isPossible` tells. */
export const key = {
  isPossible: (value) => /^[\x21-\x7e]*$/.test(value),
  get: () => sessionStorage.getItem("key") ?? "",
  set: (value) => (value ? sessionStorage.setItem("key", value) : sessionStorage.removeItem("key")),
};

function headers(session) {
  const sent = { "Accept-Language": language() };
  if (session) sent["X-Session-Id"] = session; // a form hides it from balancers
  if (key.get()) sent.Authorization = `Bearer ${key.get()}`;
  return sent;
}

async function call(path, { form, ...options } = {}) {
  let response;
  try {
    const body = form && new URLSearchParams(Object.entries(form).filter(([, value]) => value !== undefined));
    response = await fetch(path, { method: form ? "POST" : "GET", ...options, headers: headers(form?.session_id), body });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem("unreachable", t("unreachable"));
  }
  if (response.ok) return response;
  throw Problem.of(await response.json().catch(() => null), response.headers.get("Retry-After"));
}

/** `/health`, which answers with 503 while nobody would be answered; `null` where something else answers, or nothing. */
export async function health() {
  try {
    const state = await (await fetch("health", { signal: AbortSignal.timeout(10_000) })).json();
    return typeof state.status === "string" ? state : null;
  } catch {
    return null;
  }
}

/** Uploads a file; `onProgress` is told the share that has gone, 0-1. `fetch` cannot tell that. */
export function upload(file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "api/upload");
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(event.loaded / event.total);
    request.upload.onload = () => onProgress(1);
    request.onerror = () => reject(new Problem("unreachable", t("unreachable")));
    request.onabort = () => reject(new DOMException("", "AbortError"));
    request.onload = () => {
      if (request.status === 200) resolve(request.response);
      else reject(Problem.of(request.response, request.getResponseHeader("Retry-After")));
    };
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file, file.name || "drawing");
    request.send(form);
  });
}

/** Asks; `onText` is told each piece as it is written. The whole answer; aborting `signal` ends the engine's work. */
export async function chat(form, onText, signal) {
  const response = await call("api/chat", { form: { ...form, stream: true }, signal });
  let answer = null;
  let problem = null;
  const parser = createParser({
    onEvent({ event, data }) {
      const value = JSON.parse(data);
      if (event === "delta") onText(value.text);
      else if (event === "answer") answer = value;
      else if (event === "error") problem = Problem.of(value);
    },
  });
  try {
    for await (const piece of pieces(response.body.pipeThrough(new TextDecoderStream()))) parser.feed(piece);
  } catch (error) {
    if (error.name === "AbortError") throw error;
  }
  if (answer) return answer;
  throw problem ?? new Problem("cut_off", t("cut-off"));
}

async function* pieces(stream) {
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}

export const session = async (id) => (await call(`api/session/${id}`)).json();
export const remove = async (id) => (await call(`api/session/${id}`, { method: "DELETE" })).json();
export const extract = async (id, signal) => (await call("api/extract", { form: { session_id: id }, signal })).json();

/** An extraction as a file; its name is the service's. */
export async function download(id, format) {
  const response = await call("api/extract", { form: { session_id: id, format } });
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "");
  return { name: named ? decodeURIComponent(named[1]) : `drawing.${format}`, content: await response.blob() };
}

/** The picture of a page, or of `region` of it ([x1, y1, x2, y2] in sheet pixels), `maxPx` on its longer side. */
export async function picture(id, page, { region, maxPx, signal } = {}) {
  const query = new URLSearchParams({ max_px: Math.round(maxPx), ...(region && { region: region.join(",") }) });
  const response = await call(`api/session/${id}/pages/${page}?${query}`, { signal });
  try {
    return await createImageBitmap(await response.blob());
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem("unreachable", t("unreachable"));
  }
}
