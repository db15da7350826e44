// The pages of a drawing as small pictures; each is asked for when it comes into sight.

import { $, el } from "./dom.js";
import { onLanguage, t } from "./words.js";

const SIDE_PX = 96;

export class Pages {
  #pages = [];
  #current = 1;
  #picture;
  #choose;
  #queue = Promise.resolve(); // one after the other, because somebody may be waiting for the sheet itself
  #seen = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => this.#load(target)));

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
      button.ariaCurrent = isIt ? "page" : null;
      if (isIt) button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  #draw() {
    this.#seen.disconnect();
    $("pages").hidden = this.#pages.length < 2;
    $("pages").replaceChildren(...this.#pages.map((page) => el("li", {}, this.#button(page))));
    this.current = this.#current;
  }

  #button({ page, width, height }) {
    const scale = SIDE_PX / Math.max(width, height);
    const canvas = el("canvas", { width: Math.max(width * scale, 1), height: Math.max(height * scale, 1), ariaHidden: "true" });
    const button = el("button", { type: "button", dataset: { page }, "aria-label": t("page", { page }), onclick: () => this.#choose(page) }, canvas, String(page));
    this.#seen.observe(button);
    return button;
  }

  #load(button) {
    this.#seen.unobserve(button);
    this.#queue = this.#queue.then(async () => {
      if (!button.isConnected) return;
      const bitmap = await this.#picture(Number(button.dataset.page), { maxPx: SIDE_PX }).catch(() => null);
      const canvas = button.querySelector("canvas");
      if (bitmap) canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap?.close();
    });
  }
}
