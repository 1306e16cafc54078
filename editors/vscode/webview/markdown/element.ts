// `<st-markdown>`: a message. Very long ones are shown piece by piece, on demand.

import { html, nothing, render } from "lit";

import { count, strings } from "../strings";
import { fill } from "../../src/chat/strings";
import { MarkdownStream } from "./stream";

/** Characters shown at once; more comes by the same measure. */
const PIECE = 24_000;
/** What the reader saw being written stays shown up to here. */
const LONGEST_WATCHED = 400_000;

export interface Message {
  text: string;
  complete: boolean;
}

class MarkdownElement extends HTMLElement {
  readonly #body = document.createElement("div");
  readonly #foot = document.createElement("div");
  readonly #stream = new MarkdownStream(this.#body);
  #message: Message = { text: "", complete: false };
  #bound = PIECE;

  connectedCallback(): void {
    if (this.#body.isConnected) return;
    this.#body.className = "markdown";
    this.append(this.#body, this.#foot);
  }

  set message(message: Message) {
    const watched = this.#message.text !== "" && !this.#message.complete;
    if (watched) this.#bound = Math.max(this.#bound, Math.min(message.text.length, LONGEST_WATCHED));
    this.#message = message;
    this.#show();
  }

  #show(): void {
    const { text, complete } = this.#message;
    const left = text.length - this.#bound;
    // A piece that is cut off is as complete as it will be until more is asked for.
    if (left <= 0) this.#stream.update(text, complete);
    else this.#stream.update(text.slice(0, this.#bound), false);
    render(left > 0 ? this.#more(left) : nothing, this.#foot);
  }

  #more(left: number) {
    const words = strings();
    return html`<div class="show-more">
      <vscode-button secondary @click=${() => this.#extend(PIECE)}>${fill(words.showMore, count(left))}</vscode-button>
      <vscode-button secondary @click=${() => this.#extendToEnd()}>${words.showAll}</vscode-button>
    </div>`;
  }

  #extend(by: number): void {
    this.#bound += by;
    this.#show();
  }

  /** Piece by piece between the user's own events, so that nothing stands still. */
  #extendToEnd(): void {
    if (!this.isConnected || this.#bound >= this.#message.text.length) return;
    if (!this.#stream.isBehind) this.#extend(PIECE);
    setTimeout(() => this.#extendToEnd(), 10);
  }
}

customElements.define("st-markdown", MarkdownElement);
