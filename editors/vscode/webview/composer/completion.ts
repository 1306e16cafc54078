// The list of suggestions above the text: `@` and `#` from the host, `/` from the commands that the server offers.

import { html, nothing, type TemplateResult } from "lit";

import type { Command } from "../../src/chat/acp";
import type { Completion } from "../../src/chat/protocol";
import { post } from "../host";
import { icon, type IconName } from "../icons";
import { strings } from "../strings";
import { typedWord, type Typed } from "./word";

const ICONS: Record<Completion["icon"], IconName> = {
  file: "file",
  symbol: "symbol-misc",
  selection: "list-selection",
  diagnostics: "warning",
  diff: "diff",
  terminal: "terminal",
  command: "run-all",
};

/** Typing is not answered word by word: the host is asked when the hand rests. */
const PAUSE = 60;

export class CompletionList {
  #typed: Typed | undefined;
  #items: Completion[] = [];
  #chosen = 0;
  #request = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly changed: () => void,
    readonly accept: (item: Completion, typed: Typed) => void,
  ) {}

  get isOpen(): boolean {
    return this.#typed !== undefined && this.#items.length > 0;
  }

  get activeId(): string | undefined {
    return this.isOpen ? `completion-${this.#chosen}` : undefined;
  }

  /** After each input: opens, narrows or closes the list. */
  follow(text: string, caret: number, commands: Command[]): void {
    const typed = typedWord(text, caret);
    clearTimeout(this.#timer);
    if (!typed) {
      this.close();
      return;
    }
    this.#typed = typed;
    if (typed.kind === "command") this.#set(matchingCommands(commands, typed.word.slice(1)));
    else this.#timer = setTimeout(() => post({ type: "complete", request: ++this.#request, query: typed.word }), PAUSE);
  }

  /** The host's answer; one to an older question is passed over. */
  answer(request: number, items: Completion[]): void {
    if (request === this.#request && this.#typed?.kind === "mention") this.#set(items);
  }

  close(): void {
    clearTimeout(this.#timer);
    if (!this.#typed) return;
    this.#typed = undefined;
    this.#request++;
    this.#set([]);
  }

  /** Whether the key was for the list. */
  key(key: string): boolean {
    if (!this.isOpen) return false;
    if (key === "ArrowDown" || key === "ArrowUp") {
      const step = key === "ArrowDown" ? 1 : this.#items.length - 1;
      this.#chosen = (this.#chosen + step) % this.#items.length;
    } else if (key === "Enter" || key === "Tab") this.#pick(this.#chosen);
    else if (key === "Escape") this.close();
    else return false;
    this.changed();
    return true;
  }

  template(): TemplateResult | typeof nothing {
    if (!this.isOpen) return nothing;
    return html`<ul class="completions" role="listbox" id="completions" aria-label=${strings().suggestions}>
      ${this.#items.map((item, index) => this.#row(item, index))}
    </ul>`;
  }

  #row(item: Completion, index: number): TemplateResult {
    const pick = (event: Event): void => {
      event.preventDefault();
      this.#pick(index);
    };
    return html`<li role="option" id="completion-${index}" aria-selected=${index === this.#chosen} @mousedown=${pick}>
      ${icon(ICONS[item.icon])}<span class="label">${item.label}</span><span class="detail">${item.detail}</span>
    </li>`;
  }

  #set(items: Completion[]): void {
    this.#items = items;
    this.#chosen = 0;
    this.changed();
  }

  #pick(index: number): void {
    const item = this.#items[index];
    const typed = this.#typed;
    if (!item || !typed) return;
    this.close();
    this.accept(item, typed);
  }
}

function matchingCommands(commands: Command[], query: string): Completion[] {
  const wanted = query.toLowerCase();
  const starts = commands.filter((command) => command.name.toLowerCase().startsWith(wanted));
  const holds = commands.filter((command) => !starts.includes(command) && command.name.toLowerCase().includes(wanted));
  return [...starts, ...holds].map((command) => ({
    label: `/${command.name}`,
    detail: command.description,
    icon: "command",
    insert: `/${command.name}`,
  }));
}
