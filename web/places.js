// From a chip, a row or a list to the place on the sheet that it speaks of.

export class Places {
  #view;
  #goTo;
  #say;
  #pinned = null; // where was flown to last: it stays marked while the pointer goes to the sheet

  /** `goTo(page)` turns to another page, `say(label)` tells those who do not see what is shown. */
  constructor(view, goTo, say) {
    [this.#view, this.#goTo, this.#say] = [view, goTo, say];
  }

  /** `node` shows `place` ({page, box, label, status}) while it is looked at, and flies there when it is pressed. */
  lead(node, place) {
    for (const look of ["pointerover", "focus"]) node.addEventListener(look, () => this.#show(place));
    for (const away of ["pointerleave", "blur"]) node.addEventListener(away, () => this.#leave(node));
    node.addEventListener("click", (event) => {
      event.stopPropagation(); // a row leads where its button does
      this.#fly(place);
    });
  }

  /** Forgets what was flown to. */
  clear() {
    this.#pinned = null;
  }

  #show(place) {
    this.#view.point(place?.page === this.#view.page?.page ? place : null);
  }

  #leave(node) {
    if (node !== document.activeElement || !node.matches(":focus-visible")) this.#show(this.#pinned);
  }

  #fly(place) {
    if (this.#view.page?.page !== place.page) this.#goTo(place.page);
    this.#pinned = place;
    this.#view.fly(place.box);
    this.#view.point(place);
    this.#say(place.label);
  }
}
