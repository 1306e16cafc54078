// Markdown that grows. Blocks that are complete are rendered once and never touched again; only the last block is
// rendered anew while text arrives. A block never grows past a bound, so no step costs more than that bound allows.

import { dressCode, GrowingCode } from "./code";
import { markdown, type Token } from "./parser";
import { renderTokens } from "./render";

/** A block that grows longer is cut in two: the cost of a step stays bounded whatever the model writes. */
const LONGEST_BLOCK = 16_000;
/** Characters after which a new piece begins. */
const FULL_PIECE = 8_000;
/** The share of time that a growing message may take from typing: one part in four. */
const REST = 3;

/** What may still change: the tokens of the last block, and where they come from. */
interface Tail {
  tokens: Token[];
  env: Record<string, unknown>;
  source: string;
}

export class MarkdownStream {
  readonly #tail = document.createElement("div");
  #text = "";
  #complete = false;
  #committed = 0;
  /** What must stand before the rest so that it parses as what was cut: the opening line of a fence. */
  #carry = "";
  #growing: GrowingCode | undefined;
  #piece: HTMLElement;
  #pieceStart = 0;
  #rest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly host: HTMLElement) {
    this.#tail.className = "tail";
    host.append(this.#tail);
    this.#piece = this.#openPiece();
  }

  /** Whether something of the text is not shown yet. */
  get isBehind(): boolean {
    return this.#timer !== undefined;
  }

  /** Shows `text`, which is what was shown plus what came since; `complete` when nothing more will come. */
  update(text: string, complete: boolean): void {
    if (text === this.#text && complete === this.#complete) return;
    if (!continues(this.#text, text)) this.#reset();
    this.#text = text;
    this.#complete = complete;
    if (this.#timer !== undefined && !complete) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const wait = complete ? 0 : this.#rest - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => this.#step(), wait);
    else this.#step();
  }

  #reset(): void {
    this.host.replaceChildren(this.#tail);
    this.#tail.replaceChildren();
    this.#committed = 0;
    this.#openPiece();
    this.#carry = "";
    this.#growing = undefined;
  }

  #step(): void {
    this.#timer = undefined;
    const began = performance.now();
    while (this.#text.length - this.#committed > LONGEST_BLOCK) {
      const piece = this.#text.slice(this.#committed, cutAt(this.#text, this.#committed));
      const before = this.#committed;
      this.#advance(piece, false);
      // One block fills the whole piece: it is cut.
      if (this.#committed === before) this.#advance(piece, true);
    }
    const rest = this.#advance(this.#text.slice(this.#committed), this.#complete);
    this.#showTail(rest);
    const end = performance.now();
    this.#rest = end + (end - began) * REST;
  }

  /** Renders for good what is complete: `all` of the piece, or every block but the last. Gives back what is left. */
  #advance(piece: string, all: boolean): Tail {
    const env = {};
    const source = this.#carry + piece;
    const tokens = markdown.parse(source, env);
    const last = all ? tokens.length : lastBlock(tokens);
    if (last > 0) this.#commit(tokens.slice(0, last), env);
    const rest = tokens.slice(last);
    if (all) {
      this.#committed += piece.length;
      this.#carry = openFence(tokens, source);
      return { tokens: [], env, source };
    }
    const offset = lineOffset(source, rest[0]?.map?.[0] ?? 0);
    if (offset > this.#carry.length) {
      this.#committed += offset - this.#carry.length;
      this.#carry = "";
    }
    return { tokens: rest, env, source };
  }

  #commit(tokens: Token[], env: Record<string, unknown>): void {
    const nodes = renderTokens(tokens, env);
    for (const pre of nodes.querySelectorAll("pre")) dressCode(pre);
    this.#piece.append(nodes);
    if (this.#committed - this.#pieceStart < FULL_PIECE) return;
    this.#piece.classList.add("full");
    this.#openPiece();
  }

  /** Text is gathered into pieces, so that those out of sight need no layout. */
  #openPiece(): HTMLElement {
    this.#piece = document.createElement("div");
    this.#piece.className = "piece";
    this.#pieceStart = this.#committed;
    this.#tail.before(this.#piece);
    return this.#piece;
  }

  #showTail({ tokens, env, source }: Tail): void {
    const fence = tokens.length === 1 && tokens[0]?.type === "fence" ? tokens[0] : undefined;
    if (fence && openFence(tokens, source) !== "") {
      const language = fence.info.trim().split(/\s+/)[0] ?? "";
      if (this.#growing?.language !== language) {
        this.#growing = new GrowingCode(language);
        this.#tail.replaceChildren(this.#growing.element);
      }
      this.#growing.grow(fence.content);
      return;
    }
    this.#growing = undefined;
    const nodes = renderTokens(tokens, env);
    this.#tail.replaceChildren(nodes);
  }
}

/** Looks at the seam only: a message that streams is never rewritten before it. */
function continues(before: string, after: string): boolean {
  const seam = Math.max(0, before.length - 64);
  return after.length >= before.length && after.slice(seam, before.length) === before.slice(seam);
}

/** The index of the token that opens the last top-level block. */
function lastBlock(tokens: Token[]): number {
  for (let index = tokens.length - 1; index >= 0; index--) {
    const token = tokens[index];
    if (token?.level === 0 && token.nesting >= 0) return index;
  }
  return 0;
}

function lineOffset(source: string, line: number): number {
  let offset = 0;
  for (let passed = 0; passed < line; passed++) {
    const next = source.indexOf("\n", offset);
    if (next < 0) return source.length;
    offset = next + 1;
  }
  return offset;
}

/** The opening line of a fence that is not closed at the end of these tokens, or nothing. */
function openFence(tokens: Token[], source: string): string {
  const last = tokens.at(-1);
  if (last?.type !== "fence" || last.level !== 0) return "";
  const lines = source.trimEnd().slice(-200).split("\n");
  const closing = new RegExp(`^ {0,3}[${last.markup.startsWith("~") ? "~" : "`"}]{${last.markup.length},}\\s*$`);
  const closed = closing.test(lines.at(-1) ?? "") && last.map !== null && last.map[1] - last.map[0] > 1;
  return closed ? "" : `${last.markup}${last.info}\n`;
}

/** A newline near the bound, or a space, or the bound itself. */
function cutAt(text: string, from: number): number {
  const bound = from + LONGEST_BLOCK;
  const newline = text.lastIndexOf("\n", bound - 1);
  if (newline > from) return newline + 1;
  const space = text.lastIndexOf(" ", bound - 1);
  return space > from ? space + 1 : bound;
}
