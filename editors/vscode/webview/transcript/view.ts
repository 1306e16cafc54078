// The conversation: pages in a scroller that stays at the end while the reader is at the end, and never moves otherwise.

import type { Transcript } from "../../src/chat/transcript";
import { save } from "../host";
import { strings } from "../strings";
import { Memory } from "./memory";
import { Page, PAGE } from "./page";

/** Within so many pixels of the end the reader counts as being there. */
const NEAR_END = 24;
/** A scroll within so many milliseconds of an act of the reader is the reader's. */
const ACT = 800;
/** Pages are made this far before they come into sight. */
const AHEAD = "1200px 0px";

export class TranscriptView {
  readonly scroller = document.createElement("div");
  readonly #content = document.createElement("div");
  readonly #toEnd = document.createElement("button");
  readonly #nearby: IntersectionObserver;
  #pages: Page[] = [];
  #transcript: Transcript | undefined;
  #memory = new Memory();
  #atEnd = true;
  /** Where the view stood and how high it was when it was last put in place. */
  #top = 0;
  #height = 0;
  /** The place that a reader is brought back to while the heights around it settle: its distance from the end. */
  #place: number | undefined;
  /** When the reader last did something here. */
  #acted = -Infinity;
  #dirty = new Set<number>();
  #frame = 0;

  constructor() {
    this.scroller.className = "scroller";
    this.scroller.setAttribute("role", "region");
    this.scroller.tabIndex = 0;
    this.#content.className = "content";
    this.#toEnd.className = "to-end";
    this.#toEnd.hidden = true;
    this.#toEnd.addEventListener("click", () => this.toEnd());
    this.scroller.append(this.#content);
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.#keys(event));
    for (const act of ["wheel", "touchmove", "pointerdown", "pointermove", "keydown", "focusin"]) {
      this.scroller.addEventListener(act, () => this.#act(), { passive: true });
    }
    this.#nearby = new IntersectionObserver((seen) => this.#seen(seen), { root: this.scroller, rootMargin: AHEAD });
    new ResizeObserver(() => this.#stick()).observe(this.#content);
    new ResizeObserver(() => this.#stick()).observe(this.scroller);
  }

  get toEndButton(): HTMLButtonElement {
    return this.#toEnd;
  }

  /** Shows another session, or the same one loaded again; `fromEnd` restores where the reader stood. */
  show(transcript: Transcript, fromEnd = 0): void {
    const again = this.#transcript?.id === transcript.id;
    this.scroller.setAttribute("aria-label", strings().conversation);
    if (!again) this.#memory = new Memory();
    this.#transcript = transcript;
    this.#nearby.disconnect();
    this.#dirty.clear();
    this.#pages = [];
    for (let first = 0; first < transcript.entries.length; first += PAGE) this.#pages.push(this.#page(first));
    this.#content.replaceChildren(...this.#pages.map((page) => page.element));
    this.#pages.at(-1)?.show();
    this.#pages.at(-2)?.show();
    for (const page of this.#pages) this.#nearby.observe(page.element);
    this.#atEnd = fromEnd <= NEAR_END;
    this.#place = this.#atEnd ? undefined : fromEnd;
    this.#stick();
  }

  /** Entries that changed, drawn together with the next frame. */
  changed(indexes: Iterable<number>): void {
    for (const index of indexes) this.#dirty.add(index);
    if (this.#dirty.size > 0 && this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** Draws everything that is shown anew: labels and buttons may depend on whether a turn runs. */
  refreshShown(): void {
    for (const page of this.#pages) {
      if (!page.isShown) continue;
      for (let index = page.first; index < page.first + PAGE; index++) {
        if (page.entryElement(index)) this.#dirty.add(index);
      }
    }
    this.changed([]);
  }

  toEnd(): void {
    this.#place = undefined;
    this.#atEnd = true;
    this.#stick();
  }

  #page(first: number): Page {
    if (!this.#transcript) throw new Error("a page needs a session");
    return new Page(first, this.#transcript, this.#memory);
  }

  #draw(): void {
    this.#frame = 0;
    for (const index of [...this.#dirty].sort((one, other) => one - other)) {
      const number = Math.floor(index / PAGE);
      while (this.#pages.length <= number) this.#grow();
      this.#pages[number]?.refresh(index);
    }
    this.#dirty.clear();
    this.#stick();
  }

  #grow(): void {
    const page = this.#page(this.#pages.length * PAGE);
    this.#pages.push(page);
    this.#content.append(page.element);
    page.show();
    this.#nearby.observe(page.element);
  }

  #seen(seen: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of seen) {
      const page = this.#pages.find((one) => one.element === target);
      if (!page) continue;
      if (isIntersecting) page.show();
      else if (page !== this.#pages.at(-1)) page.hide();
    }
    this.#stick();
  }

  #act(): void {
    this.#acted = performance.now();
    this.#place = undefined;
  }

  #fromEnd(): number {
    return this.scroller.scrollHeight - this.scroller.clientHeight - this.scroller.scrollTop;
  }

  #stick(): void {
    const { scroller } = this;
    if (this.#atEnd) scroller.scrollTop = scroller.scrollHeight;
    else if (this.#place !== undefined) scroller.scrollTop = scroller.scrollHeight - scroller.clientHeight - this.#place;
    this.#top = this.scroller.scrollTop;
    this.#height = this.scroller.scrollHeight;
    this.#toEnd.hidden = this.#atEnd;
    // At the end the browser's own anchoring would look like a reader who scrolls up.
    this.scroller.classList.toggle("at-end", this.#atEnd);
  }

  /** The browser scrolls too when heights change; only a reader who goes up leaves the end. */
  #scrolled(): void {
    if (this.#place !== undefined) return;
    const fromEnd = this.#fromEnd();
    const { scrollTop, scrollHeight } = this.scroller;
    const byReader = performance.now() - this.#acted < ACT || scrollHeight === this.#height;
    if (fromEnd <= NEAR_END) this.#atEnd = true;
    else if (scrollTop < this.#top && byReader) this.#atEnd = false;
    this.#stick();
    save({ fromEnd: this.#atEnd ? 0 : fromEnd });
  }

  /** Up and Down go from entry to entry while one of them, or the list itself, has the focus. */
  #keys(event: KeyboardEvent): void {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const here = event.target;
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey || !(here instanceof HTMLElement)) return;
    const count = this.#transcript?.entries.length ?? 0;
    const onList = here === this.scroller;
    if (!onList && !here.classList.contains("entry")) return;
    const index = onList ? count - 1 : Number(here.dataset["index"]) + step;
    if (index < 0 || index >= count) return;
    event.preventDefault();
    const page = this.#pages[Math.floor(index / PAGE)];
    page?.show();
    page?.entryElement(index)?.focus();
  }
}
