// A block of code with its language and what can be done with it.

import { render, html } from "lit";

import { icon } from "../icons";
import { post } from "../host";
import { strings } from "../strings";
import { highlight } from "./highlight";
import { sanitise } from "./render";

/** Gives a plain `<pre>` its colours and its buttons. */
export function dressCode(pre: HTMLPreElement): void {
  const code = pre.querySelector("code");
  if (!code) return;
  const language = languageOf(code);
  const coloured = highlight(code.textContent, language);
  if (coloured !== undefined) code.replaceChildren(sanitise(coloured));
  frame(pre, code, language);
}

/** The block that is being written: grows without being parsed or coloured again. */
export class GrowingCode {
  readonly element: HTMLElement;
  readonly #text = document.createTextNode("");

  constructor(readonly language: string) {
    const pre = document.createElement("pre");
    const code = document.createElement("code");
    code.append(this.#text);
    pre.append(code);
    const holder = document.createElement("div");
    holder.append(pre);
    frame(pre, code, language);
    this.element = holder;
  }

  grow(text: string): void {
    const shown = this.#text.length;
    if (text.length >= shown) this.#text.appendData(text.slice(shown));
    else this.#text.data = text;
  }
}

function languageOf(code: HTMLElement): string {
  const named = [...code.classList].find((name) => name.startsWith("language-"));
  return named?.slice("language-".length).toLowerCase() ?? "";
}

function frame(pre: HTMLPreElement, code: HTMLElement, language: string): void {
  const figure = document.createElement("div");
  figure.className = "code";
  pre.replaceWith(figure);
  pre.tabIndex = 0;
  const bar = document.createElement("div");
  bar.className = "code-bar";
  render(buttons(language, () => code.textContent), bar);
  figure.append(bar, pre);
}

function buttons(language: string, text: () => string) {
  const words = strings();
  const copy = (event: Event): void => {
    post({ type: "copy", text: text() });
    showDone(event.currentTarget as HTMLElement);
  };
  return html`<span class="code-language">${language}</span>
    <button class="icon-button" title=${words.insert} aria-label=${words.insert}
      @click=${() => post({ type: "insert", text: text() })}>${icon("insert")}</button>
    <button class="icon-button" title=${words.copy} aria-label=${words.copy} @click=${copy}>${icon("copy")}${icon("check", "done-mark")}</button>`;
}

/** A tick for a moment, as VS Code's own copy buttons show it. */
export function showDone(button: HTMLElement): void {
  button.classList.add("is-done");
  setTimeout(() => button.classList.remove("is-done"), 1500);
}
