// The sheet on the desk: zoomed, moved, turned, crisp at every size, with places marked on it.

import { settled } from "./dom.js";
import * as geometry from "./geometry.js";
import { number } from "./words.js";

const BASE_PX = 2048; // of the whole sheet's picture, from which details are told apart
const MOST_PX = 4096; // the service draws no larger picture unless it is set to
const MOST_DETAILS = 4;
const LARGEST = 16; // CSS pixels per sheet pixel
const CLOSE = 1.2; // the same, at the end of a flight: lettering of 3.5 mm is 33 high, its surroundings are in sight
const FLIGHT_MS = 280;
const STEP = 1.25;
const COLOURS = { verified: "#0b7a3b", ocr_only: "#9a5b00", not_found: "#b3261e", computed: "#1258a8", element: "#6a3fb5", region: "#1258a8" };

/** Draws one page at a time into `canvas`. Events: `view` after each change, `region` when one was drawn. */
export class SheetView extends EventTarget {
  #canvas;
  #picture; // (page, {region, maxPx, signal}) → ImageBitmap
  #page = null;
  #at = geometry.view(1, 0, 0);
  #size = [1, 1];
  #fitted = true;
  #base = null;
  #details = []; // {box, bitmap}, the latest last
  #marks = [];
  #pointed = null;
  #region = null;
  #drawsRegion = false;
  #pointers = new Map();
  #frame = 0;
  #flight = 0;
  #loading = new AbortController();
  #refine = settled(() => this.#loadDetail(), 120);
  #detail = new AbortController(); // the one that is being asked for
  #ratio = 1; // device pixels per CSS pixel of the canvas as it is

  constructor(canvas, picture) {
    super();
    this.#canvas = canvas;
    this.#picture = picture;
    new ResizeObserver(() => this.#resized()).observe(canvas);
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.#pressed(event));
    canvas.addEventListener("pointermove", (event) => this.#moved(event));
    canvas.addEventListener("pointerup", (event) => this.#released(event));
    canvas.addEventListener("pointercancel", (event) => this.#given(event));
    canvas.addEventListener("keydown", (event) => this.#typed(event));
  }

  get page() {
    return this.#page;
  }

  get at() {
    return this.#at;
  }

  /** What of the sheet is seen, in sheet pixels. */
  get visible() {
    return geometry.visibleBox(this.#at, this.#size, this.#sheet);
  }

  get #sheet() {
    return [this.#page.width, this.#page.height];
  }

  get #whole() {
    return [0, 0, ...this.#sheet];
  }

  /** Shows a page (`PageInfo` of the service) as a whole; `null` shows nothing. */
  async open(page) {
    this.#land();
    this.#loading.abort();
    this.#pointers.clear();
    this.#loading = new AbortController();
    [this.#base, ...this.#details.map((detail) => detail.bitmap)].forEach((bitmap) => bitmap?.close());
    [this.#page, this.#base, this.#details, this.#pointed] = [page, null, [], null];
    this.region(null);
    if (!page) return;
    this.fit();
    const { signal } = this.#loading;
    const maxPx = Math.min(BASE_PX, Math.max(...this.#sheet));
    const base = await this.#picture(page.page, { maxPx, signal });
    if (signal.aborted) return base.close();
    this.#base = base;
    this.#changed();
  }

  /** Draws labelled boxes: [{box, label, status}], on this page. */
  mark(marks) {
    this.#marks = marks;
    this.#draw();
  }

  /** Draws one place above all others, an arrow at the rim where it is out of sight; `null` for none. */
  point(place) {
    this.#pointed = place;
    this.#draw();
  }

  /** The region that a question is about, or none. */
  region(box) {
    this.#region = box;
    this.#drawsRegion = false;
    this.#canvas.classList.remove("choosing");
    this.dispatchEvent(new CustomEvent("region", { detail: box }));
    this.#draw();
  }

  /** The next drag draws a region instead of moving the sheet. */
  drawRegion(on = true) {
    this.#drawsRegion = on;
    this.#canvas.classList.toggle("choosing", on);
  }

  fit() {
    this.#land();
    this.#show(geometry.fitting(this.#whole, this.#size, this.#at.turn, 0.97));
    this.#fitted = true;
  }

  zoom(factor, fixed = [this.#size[0] / 2, this.#size[1] / 2]) {
    this.#land();
    const least = geometry.fitting(this.#whole, this.#size, this.#at.turn, 0.5).scale;
    const scale = Math.min(Math.max(this.#at.scale * factor, least), LARGEST);
    this.#show(geometry.zoomedAt(this.#at, this.#size, scale, fixed));
  }

  pan(dx, dy) {
    this.#land();
    this.#show(geometry.panned(this.#at, dx, dy, this.#sheet));
  }

  turn() {
    this.#land();
    this.#at = { ...this.#at, turn: (this.#at.turn + 1) % 4 };
    if (this.#fitted) this.fit();
    else this.#show(this.#at);
  }

  /** Flies to a box so that it and its surroundings are read easily. */
  fly(box) {
    const from = this.#at;
    const most = Math.max(CLOSE, geometry.fitting(this.#whole, this.#size, from.turn).scale);
    const to = geometry.fitting(box, this.#size, from.turn, 0.25, most);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const began = performance.now();
    const step = (now) => {
      const share = still ? 1 : Math.min((now - began) / FLIGHT_MS, 1);
      this.#show(geometry.between(from, to, share * (2 - share)));
      if (share < 1) this.#flight = requestAnimationFrame(step);
    };
    this.#land();
    this.#flight = requestAnimationFrame(step);
  }

  #land() {
    cancelAnimationFrame(this.#flight);
  }

  #show(at) {
    this.#at = at;
    this.#fitted = false;
    this.#changed();
  }

  #changed() {
    this.#draw();
    this.#refine();
    this.dispatchEvent(new Event("view"));
  }

  #resized() {
    const { clientWidth, clientHeight } = this.#canvas;
    if (!clientWidth || !clientHeight) return;
    this.#size = [clientWidth, clientHeight];
    this.#ratio = devicePixelRatio;
    [this.#canvas.width, this.#canvas.height] = this.#size.map((side) => Math.round(side * this.#ratio));
    if (this.#page && this.#fitted) this.fit();
    else this.#draw();
  }

  // The part that is seen, with a margin if a picture may be that large, once the sheet's own picture is too coarse.
  async #loadDetail() {
    if (!this.#page || !this.#base || !this.visible) return;
    const [needed, seen] = [this.#at.scale * this.#ratio, this.visible];
    if (this.#base.width / this.#page.width > needed * 0.9) return;
    if (this.#details.some((detail) => geometry.contains(detail.box, seen) && detail.asked > needed * 0.9)) return;
    const pixels = (box) => Math.max(...geometry.sizeOf(box)) * needed;
    const wide = geometry.visibleBox(this.#at, this.#size, this.#sheet, 0.2);
    const box = pixels(wide) > MOST_PX ? seen : wide;
    this.#detail.abort();
    this.#detail = new AbortController();
    const signal = AbortSignal.any([this.#detail.signal, this.#loading.signal]);
    const maxPx = Math.max(Math.min(pixels(box), MOST_PX), 32);
    const bitmap = await this.#picture(this.#page.page, { region: box, maxPx, signal }).catch(() => null);
    if (!bitmap || signal.aborted) return bitmap?.close();
    this.#details.push({ box, bitmap, asked: needed });
    if (this.#details.length > MOST_DETAILS) this.#details.shift().bitmap.close();
    this.#draw();
  }

  #draw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawNow();
    });
  }

  #drawNow() {
    const pen = this.#canvas.getContext("2d", { alpha: false });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = getComputedStyle(this.#canvas).backgroundColor;
    pen.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    if (!this.#page) return;
    pen.setTransform(...geometry.matrix(this.#at, this.#size, this.#ratio));
    pen.fillStyle = "#fff";
    pen.fillRect(...this.#whole);
    if (this.#base) pen.drawImage(this.#base, ...this.#whole);
    const fromCoarse = [...this.#details].sort((a, b) => a.asked - b.asked);
    for (const { box: [x1, y1, x2, y2], bitmap } of fromCoarse) pen.drawImage(bitmap, x1, y1, x2 - x1, y2 - y1);
    pen.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    for (const mark of this.#marks) this.#drawMark(pen, mark, 1.5);
    if (this.#region) this.#drawMark(pen, { box: this.#region, status: "region" }, 2);
    if (this.#pointed) this.#drawMark(pen, this.#pointed, 3);
  }

  #drawMark(pen, { box, label, status }, line) {
    const [x1, y1, x2, y2] = geometry.boxOnScreen(this.#at, this.#size, box);
    const [width, height] = this.#size;
    pen.strokeStyle = pen.fillStyle = COLOURS[status] ?? COLOURS.element;
    pen.lineWidth = line;
    if (x2 < 0 || y2 < 0 || x1 > width || y1 > height) {
      if (line > 2) this.#drawArrow(pen, (x1 + x2) / 2, (y1 + y2) / 2);
      return;
    }
    pen.strokeRect(x1 - 3, y1 - 3, x2 - x1 + 6, y2 - y1 + 6);
    if (!label) return;
    pen.font = "12px system-ui, sans-serif";
    const text = label.length > 40 ? `${label.slice(0, 39)}…` : label;
    const top = y1 > 20 ? y1 - 20 : y2 + 4;
    pen.fillRect(x1 - 3, top, pen.measureText(text).width + 8, 16);
    pen.fillStyle = "#fff";
    pen.fillText(text, x1 + 1, top + 12);
  }

  #drawArrow(pen, x, y) {
    const [width, height] = this.#size;
    const angle = Math.atan2(y - height / 2, x - width / 2);
    pen.save();
    pen.translate(Math.min(Math.max(x, 18), width - 18), Math.min(Math.max(y, 18), height - 18));
    pen.rotate(angle);
    pen.beginPath();
    pen.moveTo(14, 0);
    pen.lineTo(-8, -10);
    pen.lineTo(-8, 10);
    pen.fill();
    pen.restore();
  }

  #wheel(event) {
    if (!this.#page) return;
    event.preventDefault();
    const pixels = event.deltaY * [1, 16, 240][event.deltaMode];
    const rate = event.ctrlKey ? 0.01 : 0.002; // two fingers on a trackpad come as small steps with Ctrl
    this.zoom(Math.exp(-Math.max(-240, Math.min(pixels, 240)) * rate), [event.offsetX, event.offsetY]);
  }

  #pressed(event) {
    if (!this.#page || event.button > 0) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#land();
    const at = [event.offsetX, event.offsetY];
    const began = this.#drawsRegion && !this.#pointers.size && geometry.toSheet(this.#at, this.#size, at);
    this.#pointers.set(event.pointerId, { at, began });
  }

  #moved(event) {
    const pointer = this.#pointers.get(event.pointerId);
    if (!pointer) return;
    const [before, now] = [pointer.at, [event.offsetX, event.offsetY]];
    pointer.at = now;
    if (this.#pointers.size === 2) this.#pinched(event.pointerId, before, now);
    else if (pointer.began) this.#stretched(pointer.began, now);
    else this.pan(now[0] - before[0], now[1] - before[1]);
  }

  #pinched(id, before, now) {
    const other = [...this.#pointers].find(([key]) => key !== id)[1].at;
    const distance = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
    this.zoom(distance(now) / distance(before), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
    this.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  }

  #stretched(began, now) {
    const [x1, y1, x2, y2] = geometry.boxBetween(began, geometry.toSheet(this.#at, this.#size, now));
    const [width, height] = this.#sheet;
    this.#region = [Math.max(x1, 0), Math.max(y1, 0), Math.min(x2, width), Math.min(y2, height)];
    this.#draw();
  }

  #released(event) {
    const pointer = this.#pointers.get(event.pointerId);
    this.#pointers.delete(event.pointerId);
    if (!pointer?.began || !this.#region) return;
    const [width, height] = geometry.sizeOf(this.#region);
    this.region(width * this.#at.scale > 4 && height * this.#at.scale > 4 ? this.#region : null);
  }

  // The system took the pointer away: what was begun is not meant.
  #given(event) {
    if (this.#pointers.get(event.pointerId)?.began) this.region(null);
    this.#pointers.delete(event.pointerId);
  }

  #typed(event) {
    if (!this.#page || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      "+": () => this.zoom(STEP),
      "=": () => this.zoom(STEP),
      "-": () => this.zoom(1 / STEP),
      0: () => this.fit(),
      r: () => this.turn(),
      ArrowLeft: () => this.pan(60, 0),
      ArrowRight: () => this.pan(-60, 0),
      ArrowUp: () => this.pan(0, 60),
      ArrowDown: () => this.pan(0, -60),
      Escape: () => this.region(null),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

/** How large the sheet is shown beside its size on paper, in words; pixels where its resolution is unknown. */
export function zoomInWords(at, page) {
  return `${number(100 * at.scale * (page.dpi ? page.dpi / 96 : 1))} %`;
}
