// Where the user writes: text, chips, suggestions, the bill, pickers, send and stop.

import { html, nothing, type TemplateResult } from "lit";

import type { Attachment, Completion, Draft } from "../../src/chat/protocol";
import { fill } from "../../src/chat/strings";
import { post } from "../host";
import { icon } from "../icons";
import type { State } from "../state";
import { strings } from "../strings";
import { billTemplate, type BillView } from "./bill";
import { chipOf } from "./chips";
import { CompletionList } from "./completion";
import { attach, emptyDraft, isEmpty, keepDraft, restoredDraft } from "./draft";
import { readImages } from "./images";
import { meter, pickers } from "./pickers";
import { replaceWord, type Typed } from "./word";

/** The preview is asked for when the hand rests. */
const PREVIEW_PAUSE = 500;
/** A longer text is refused before it is sent. */
const LARGEST_TEXT_MB = 8;

export class Composer {
  readonly completion: CompletionList;
  readonly #bill: BillView = { bill: undefined, open: false };
  #draft: Draft = restoredDraft();
  #request = 0;
  #previewTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly state: State,
    readonly redraw: () => void,
  ) {
    this.completion = new CompletionList(redraw, (item, typed) => this.#accept(item, typed));
  }

  /** Text and attachments from outside: a command of the editor, or a message to edit and send again. */
  compose(text: string, attachments: Attachment[], replace: boolean): void {
    const before = replace ? "" : this.#draft.text;
    const gap = before === "" || before.endsWith("\n") ? "" : "\n";
    this.#draft.text = text === "" ? before : before + gap + text;
    attach(this.#draft, attachments);
    this.#changed();
    this.focus(this.#draft.text.length);
  }

  attached(attachment: Attachment): void {
    attach(this.#draft, [attachment]);
    this.#changed();
  }

  billArrived(request: number, bill: BillView["bill"]): void {
    if (request !== this.#request) return;
    this.#bill.bill = bill;
    this.redraw();
  }

  /** Only ever after an act of the user. */
  focus(caret?: number): void {
    const area = this.#area();
    area?.focus();
    if (area && caret !== undefined) area.setSelectionRange(caret, caret);
  }

  template(): TemplateResult {
    const words = strings();
    const session = this.state.session;
    const running = session?.running ?? false;
    return html`<div class="composer" @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${this.#drop}>
      ${this.completion.template()}
      ${billTemplate(this.#bill, this.#draft, this.#choosePieces, this.#toggleBill)}
      <div class="box">
        ${this.#draft.attachments.length > 0 ? this.#chips() : nothing}
        <textarea class="input" rows="2" aria-label=${words.composer} aria-multiline="true" aria-autocomplete="list"
          aria-haspopup="listbox" aria-controls=${this.completion.isOpen ? "completions" : nothing}
          aria-activedescendant=${this.completion.activeId ?? nothing}
          placeholder=${running ? words.steer : words.placeholder} .value=${this.#draft.text}
          @input=${this.#input} @keydown=${this.#key} @paste=${this.#paste}
          @blur=${() => this.completion.close()}></textarea>
        <div class="bar">
          <button class="icon-button" title=${words.addContext} aria-label=${words.addContext} @click=${this.#mention}>${icon("mention")}</button>
          <span class="spring"></span>
          ${meter(session?.usage ?? null)}
          ${running
            ? html`<button class="icon-button stop" title=${words.stop} aria-label=${words.stop} @click=${() => post({ type: "stop" })}>${icon("debug-stop")}</button>`
            : nothing}
          <button class="icon-button send" title=${words.send} aria-label=${words.send} ?disabled=${!this.#canSend()} @click=${() => this.#send()}>${icon("send")}</button>
        </div>
      </div>
      <div class="foot">${session ? pickers(session) : nothing}</div>
    </div>`;
  }

  #area(): HTMLTextAreaElement | null {
    return document.querySelector(".composer .input");
  }

  #chips(): TemplateResult {
    return html`<div class="chips" role="list" aria-label=${strings().attachments}>
      ${this.#draft.attachments.map(
        (one) => html`<span role="listitem">${chipOf(one.block, one.label, () => this.#remove(one))}</span>`,
      )}
    </div>`;
  }

  #remove(attachment: Attachment): void {
    this.#draft.attachments = this.#draft.attachments.filter((one) => one !== attachment);
    this.#changed();
    this.focus();
  }

  #canSend(): boolean {
    return !isEmpty(this.#draft) && this.state.server === "running" && !this.state.loading;
  }

  readonly #input = (event: Event): void => {
    const area = event.target as HTMLTextAreaElement;
    const wasEmpty = isEmpty(this.#draft);
    this.#draft.text = area.value;
    this.completion.follow(area.value, area.selectionStart, this.state.session?.commands ?? []);
    keepDraft(this.#draft);
    this.#preview();
    if (wasEmpty !== isEmpty(this.#draft)) this.redraw();
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (this.completion.key(event.key)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape" && this.state.session?.running) {
      event.preventDefault();
      post({ type: "stop" });
    }
  };

  #send(): void {
    if (!this.#canSend()) return;
    const megabytes = this.#draft.text.length / 1_000_000;
    if (megabytes > LARGEST_TEXT_MB) {
      this.state.problem(fill(strings().textTooLarge, megabytes.toFixed(1), LARGEST_TEXT_MB));
      return;
    }
    post({ type: "send", draft: this.#draft });
    // Pins outlive the message; what was dropped was dropped for this one.
    this.#draft = { ...emptyDraft(), pinned: this.#draft.pinned };
    this.completion.close();
    this.state.sent();
    this.#changed();
  }

  #accept(item: Completion, typed: Typed): void {
    const area = this.#area();
    const caret = area?.selectionStart ?? this.#draft.text.length;
    const replaced = replaceWord(this.#draft.text, typed, caret, item.insert);
    this.#draft.text = replaced.text;
    if (item.attachment) attach(this.#draft, [item.attachment]);
    if (item.resolve) post({ type: "resolve", what: item.resolve });
    this.#changed();
    this.focus(replaced.caret);
  }

  /** The button types the `@` for the user. */
  readonly #mention = (): void => {
    const area = this.#area();
    if (!area) return;
    const caret = area.selectionStart;
    const gap = caret === 0 || /\s$/.test(area.value.slice(0, caret)) ? "" : " ";
    area.setRangeText(`${gap}@`, caret, area.selectionEnd, "end");
    area.focus();
    area.dispatchEvent(new Event("input"));
  };

  readonly #paste = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void this.#takeImages(files);
  };

  readonly #drop = (event: DragEvent): void => {
    event.preventDefault();
    void this.#takeImages([...(event.dataTransfer?.files ?? [])]);
  };

  async #takeImages(files: File[]): Promise<void> {
    const present = this.#draft.attachments.filter((one) => one.block.type === "image").length;
    const { attachments, problems } = await readImages(files, present);
    attach(this.#draft, attachments);
    for (const problem of problems) this.state.problem(problem);
    this.#changed();
  }

  readonly #choosePieces = (pinned: string[], dropped: string[]): void => {
    this.#draft.pinned = pinned;
    this.#draft.dropped = dropped;
    this.#changed();
  };

  readonly #toggleBill = (): void => {
    this.#bill.open = !this.#bill.open;
    this.redraw();
  };

  #changed(): void {
    keepDraft(this.#draft);
    this.#preview();
    this.redraw();
  }

  #preview(): void {
    clearTimeout(this.#previewTimer);
    const command = this.#draft.text.startsWith("/");
    if (isEmpty(this.#draft) || command || this.state.server !== "running") {
      this.#request++;
      if (this.#bill.bill) {
        this.#bill.bill = undefined;
        this.redraw();
      }
      return;
    }
    this.#previewTimer = setTimeout(
      () => post({ type: "preview", request: ++this.#request, draft: this.#draft }),
      PREVIEW_PAUSE,
    );
  }
}
