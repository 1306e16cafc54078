// Some neighbouring entries of the conversation. Far from the reader a page is an empty box of the same height, so
// that a conversation of any length costs what is on screen.

import { render } from "lit";

import type { Entry, Transcript } from "../../src/chat/transcript";
import type { EntryContext } from "./context";
import { entryLabel, entryTemplate } from "./entry";
import type { Memory } from "./memory";

export const PAGE = 20;

export class Page {
  readonly element = document.createElement("div");
  #shown: HTMLElement[] | undefined;

  constructor(
    readonly first: number,
    readonly transcript: Transcript,
    readonly memory: Memory,
  ) {
    this.element.className = "page";
    this.element.style.height = `${this.#estimate()}px`;
  }

  get isShown(): boolean {
    return this.#shown !== undefined;
  }

  show(): void {
    if (this.#shown) return;
    this.#shown = [];
    for (let index = this.first; index < this.#end(); index++) this.#add(index);
    this.element.style.height = "";
  }

  /** Never takes away what the user has the focus or the selection in. */
  hide(): void {
    if (!this.#shown || this.#isInUse()) return;
    this.element.style.height = `${this.element.offsetHeight}px`;
    this.element.replaceChildren();
    this.#shown = undefined;
  }

  refresh(index: number): void {
    if (!this.#shown) return;
    const element = this.#shown[index - this.first];
    if (element) this.#render(index, element);
    else this.#add(index);
  }

  entryElement(index: number): HTMLElement | undefined {
    return this.#shown?.[index - this.first];
  }

  #end(): number {
    return Math.min(this.first + PAGE, this.transcript.entries.length);
  }

  #add(index: number): void {
    const element = document.createElement("article");
    element.className = "entry";
    element.tabIndex = -1;
    element.dataset["index"] = String(index);
    this.#shown?.push(element);
    this.#render(index, element);
    this.element.append(element);
  }

  #render(index: number, element: HTMLElement): void {
    const entry = this.transcript.entries[index];
    if (!entry) return;
    if (element.dataset["kind"] !== entry.kind) {
      element.dataset["kind"] = entry.kind;
      element.setAttribute("aria-label", entryLabel(entry));
    }
    render(entryTemplate(entry, this.#context(index, element)), element);
  }

  #context(index: number, element: HTMLElement): EntryContext {
    const memory = this.memory.of(index);
    return {
      transcript: this.transcript,
      isOpen: (part) => memory.open.has(part),
      setOpen: (part, open) => {
        if (open) memory.open.add(part);
        else memory.open.delete(part);
      },
      draft: (part, initial) => memory.draft(part, initial),
      refresh: () => this.#render(index, element),
    };
  }

  #isInUse(): boolean {
    const selection = document.getSelection();
    return (
      this.element.contains(document.activeElement) ||
      (selection !== null && !selection.isCollapsed && selection.containsNode(this.element, true))
    );
  }

  #estimate(): number {
    let height = 0;
    for (let index = this.first; index < this.#end(); index++) {
      height += estimate(this.transcript.entries[index]);
    }
    return height;
  }
}

/** Pixels, roughly: about 45 characters stand on a line of a sidebar. */
function estimate(entry: Entry | undefined): number {
  if (entry?.kind === "agent") return 40 + Math.min(entry.text.length, 60_000) / 2.2;
  if (entry?.kind === "user") return 56 + Math.min(entry.text.length, 8_000) / 2.2;
  return 34;
}
