// The page: one session in the address, its sheet on the left, questions and data on the right.

import * as api from "./api.js";
import { DataTables } from "./data.js";
import { $ } from "./dom.js";
import { Pages } from "./pages.js";
import { Places } from "./places.js";
import { SheetView, zoomInWords } from "./sheet.js";
import { notify, onKey, report, watchService } from "./state.js";
import { Talk } from "./talk.js";
import { bytes, chooseLanguage, language, onLanguage, putWords, t, timeUntil } from "./words.js";

let session = null; // SessionInfo of the service
let opening = 0; // counts what was opened, so that what comes late does not take its place
let uploading = null;
let refused = null; // a file for which a key was missing
let region = null;

const picture = (page, options) => api.picture(session.session_id, page, options);
const view = new SheetView($("view"), picture);
const pages = new Pages(picture, goTo);
const places = new Places(view, goTo, (label) => ($("spot").textContent = t("spot-at", { label })));
const talk = new Talk({ places, report, view: () => ({ page: view.page.page, region }) });
const data = new DataTables({ places, report });
let shown = { elements: [] }; // of the answer that came or was pointed at last

function goTo(page) {
  const info = session.pages.find((each) => each.page === page);
  if (!info) return;
  pages.current = page;
  view.open(info).catch(report);
  drawSession();
  markElements();
}

function markElements() {
  const wanted = $("boxes").getAttribute("aria-pressed") === "true";
  const here = wanted ? shown.elements.filter(({ page }) => page === view.page?.page) : [];
  view.mark(here.map(({ label, bbox: { x1, y1, x2, y2 } }) => ({ label, box: [x1, y1, x2, y2], status: "element" })));
}

function open(opened) {
  opening += 1;
  session = opened;
  places.clear();
  for (const [id, hidden] of [["start", opened], ["desk", !opened], ["another", !opened], ["delete", !opened]]) $(id).hidden = Boolean(hidden);
  document.body.classList.toggle("open", Boolean(opened));
  const fragment = opened ? `#session=${opened.session_id}` : "";
  if (location.hash !== fragment) history.replaceState(null, "", location.pathname + location.search + fragment);
  pages.open(opened?.pages ?? []);
  talk.open(opened);
  data.open(opened);
  selectTab($("talk-tab"));
  for (const field of ["question", "send"]) $(field).disabled = !opened;
  if (opened) goTo(opened.history.at(-1)?.page ?? 1);
  else view.open(null);
  drawSession();
  if (opened) watchReading(opened);
  $(opened ? "question" : "file").focus();
}

function drawSession() {
  const left = session && timeUntil(session.expires_at);
  const expiry = left ? t("expires", { time: left }) : t("ended");
  $("drawing").textContent = session ? `${session.filename} · ${expiry}` : "";
  const about = session && { name: session.filename, page: view.page?.page ?? 1, pages: session.pages.length };
  $("view").setAttribute("aria-label", about ? t("sheet-is", about) : "");
}

async function openFromAddress() {
  const id = new URLSearchParams(location.hash.slice(1)).get("session");
  if (id === (session?.session_id ?? null)) return;
  opening += 1;
  const mine = opening;
  try {
    const found = id && (await api.session(encodeURIComponent(id)));
    if (mine === opening) open(found);
  } catch (problem) {
    if (mine !== opening) return;
    report(problem);
    if (problem.code === "session_not_found") open(null);
  }
}

// The lettering of a scan takes seconds, for which the first answer waits: that is seen.
async function watchReading({ session_id: id }, tries = 90) {
  const isOpen = () => session?.session_id === id;
  const isRead = () => session.pages[0].read;
  for (; isOpen() && !isRead() && tries; tries -= 1) {
    $("reading").hidden = false;
    const info = await api.session(id).catch(() => null);
    if (info && isOpen()) session = { ...session, pages: info.pages };
    if (isOpen() && !isRead()) await new Promise((done) => setTimeout(done, 1500));
  }
  if (!session || isOpen()) $("reading").hidden = true;
}

async function take(files) {
  const [file] = files;
  if (!file || uploading) return;
  if (files.length > 1) notify(t("one-file", { name: file.name }));
  uploading = new AbortController();
  $("start").hidden = false;
  $("upload").hidden = false;
  $("choose").hidden = true;
  showProgress(file.name, 0);
  try {
    const uploaded = await api.upload(file, (share) => showProgress(file.name, share), uploading.signal);
    open({ ...uploaded, history: [] });
  } catch (problem) {
    if (session) $("start").hidden = true;
    if (problem.code === "unauthorized") refused = file;
    report(problem);
  } finally {
    uploading = null;
    $("upload").hidden = true;
    $("choose").hidden = false;
    $("file").value = "";
  }
}

// While the file is on its way the bar fills; while it is read nobody can tell how long that takes.
function showProgress(name, share) {
  $("upload-says").textContent = t(share < 1 ? "uploading" : "reading", { name });
  if (share < 1) $("progress").value = share;
  else $("progress").removeAttribute("value");
}

async function deleteSession() {
  const { session_id: id, filename: name } = session;
  const close = () => session?.session_id === id && open(null);
  try {
    const { deleted_bytes: count } = await api.remove(id);
    close();
    notify(t("deleted", { name, bytes: bytes(count) }));
  } catch (problem) {
    report(problem);
    if (problem.code === "session_not_found") close();
  }
}

// What was refused for want of a key is tried again.
function tryAgain() {
  if (refused) take([refused]);
  else if (!session) openFromAddress();
  else {
    pages.open(session.pages);
    goTo(view.page.page);
    if ($("data-tab").getAttribute("aria-selected") === "true") data.show();
  }
  refused = null;
}

function selectTab(tab) {
  for (const each of document.querySelectorAll("[role=tab]")) {
    each.setAttribute("aria-selected", String(each === tab));
    each.tabIndex = each === tab ? 0 : -1;
    $(each.getAttribute("aria-controls")).hidden = each !== tab;
  }
  document.body.classList.toggle("data", tab === $("data-tab"));
  if (tab === $("data-tab")) data.show();
}

function pressed(id, act) {
  $(id).addEventListener("click", () => {
    const isOn = $(id).getAttribute("aria-pressed") !== "true";
    $(id).setAttribute("aria-pressed", String(isOn));
    act(isOn);
  });
}

talk.onLook = (turn = { elements: [] }) => {
  if (shown === turn) return;
  shown = turn;
  markElements();
};
talk.onAnswer = (turn) => {
  shown = turn;
  places.clear();
  view.point(null);
  markElements();
};
view.addEventListener("view", () => ($("zoom").textContent = zoomInWords(view.at, view.page)));
view.addEventListener("region", ({ detail }) => {
  region = detail;
  $("asked-region").hidden = !detail;
  $("region").setAttribute("aria-pressed", "false");
  if (detail) $("question").focus();
});
const clicks = {
  closer: () => view.zoom(1.4),
  farther: () => view.zoom(1 / 1.4),
  fit: () => view.fit(),
  turn: () => view.turn(),
  visible: () => view.region(view.visible),
  "no-region": () => {
    view.region(null);
    $("question").focus();
  },
  another: () => open(null),
  delete: () => {
    $("delete-dialog").returnValue = ""; // else Escape would mean what was pressed the last time
    $("delete-dialog").showModal();
  },
  "upload-stop": () => uploading?.abort(),
};
for (const [id, act] of Object.entries(clicks)) $(id).addEventListener("click", act);
pressed("region", (on) => view.drawRegion(on));
$("region").addEventListener("keydown", ({ key }) => key === "Escape" && view.region(null));
pressed("boxes", markElements);
$("view").addEventListener("keydown", (event) => {
  const step = { PageDown: 1, PageUp: -1 }[event.key];
  if (!step || !session) return;
  event.preventDefault();
  goTo(view.page.page + step);
});
$("delete-dialog").addEventListener("close", () => $("delete-dialog").returnValue === "delete" && deleteSession());
$("file").addEventListener("change", () => take($("file").files));
document.addEventListener("paste", ({ target, clipboardData: { files, types } }) => {
  if (target.matches("textarea, input") && types.includes("text/plain")) return; // a table's cells come as a picture, too
  take(files);
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  take(event.dataTransfer.files);
});
for (const tab of document.querySelectorAll("[role=tab]")) {
  tab.addEventListener("click", () => selectTab(tab));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = tab === $("talk-tab") ? $("data-tab") : $("talk-tab");
    selectTab(other);
    other.focus();
  });
}
$("language").value = language();
$("language").addEventListener("change", () => chooseLanguage($("language").value));
onLanguage(() => {
  putWords();
  drawSession();
});
onKey(tryAgain);
addEventListener("hashchange", openFromAddress);
setInterval(drawSession, 30_000);
watchService((state) => ($("grounding-choice").hidden = state?.engine !== "vllm"));
openFromAddress();
