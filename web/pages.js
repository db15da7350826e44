// The pages of a drawing as small pictures; each is asked for when it comes into sight.

import { $, el } from "./dom.js";
import { onLanguage, t } from "./words.js";

const SIDE_PX = 96;

export class Pages {
  #pages = [];
  #current = 1;
  #picture;
  #choose;
  #waiting = new Set(); // buttons in sight without a picture, the latest last
  #loading = new AbortController();
  #busy = false;
  #seen = new IntersectionObserver((entries) => this.#sighted(entries));

  constructor(picture, choose) {
    [this.#picture, this.#choose] = [picture, choose];
    onLanguage(() => this.#draw());
  }

  open(pages) {
    this.#pages = pages;
    this.#draw();
  }

  set current(page) {
    this.#current = page;
    for (const button of $("pages").querySelectorAll("button")) {
      const isIt = Number(button.dataset.page) === page;
      button.setAttribute("aria-current", isIt ? "page" : "false");
      if (isIt) button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  #draw() {
    this.#seen.disconnect();
    this.#loading.abort();
    this.#loading = new AbortController();
    this.#waiting.clear();
    $("pages").hidden = this.#pages.length < 2;
    $("pages").replaceChildren(...this.#pages.map((page) => el("li", {}, this.#button(page))));
    this.current = this.#current;
  }

  #button({ page, width, height }) {
    const scale = SIDE_PX / Math.max(width, height);
    const canvas = el("canvas", { width: Math.max(width * scale, 1), height: Math.max(height * scale, 1), "aria-hidden": "true" });
    const button = el("button", { type: "button", dataset: { page }, "aria-label": t("page", { page }), onclick: () => this.#choose(page) }, canvas, String(page));
    this.#seen.observe(button);
    return button;
  }

  #sighted(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#waiting.add(target);
      else this.#waiting.delete(target);
    }
    if (!this.#busy) this.#load();
  }

  // One after the other, because somebody may be waiting for the sheet itself.
  async #load() {
    const { signal } = this.#loading;
    this.#busy = true;
    while (this.#waiting.size) {
      const button = [...this.#waiting].at(-1);
      this.#waiting.delete(button);
      const bitmap = await this.#picture(Number(button.dataset.page), { maxPx: SIDE_PX, signal }).catch(() => null);
      if (signal.aborted) break;
      if (bitmap) this.#seen.unobserve(button);
      const canvas = button.querySelector("canvas");
      if (bitmap) canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap?.close();
    }
    this.#busy = false;
    if (this.#waiting.size) this.#load();
  }
}
