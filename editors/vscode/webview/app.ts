// The page as a whole: its frame around conversation and composer, and what the host's messages do to it.

import { html, nothing, render, type TemplateResult } from "lit";

import type { ToWebview } from "../src/chat/protocol";
import { apply, type Change, type Transcript } from "../src/chat/transcript";
import { banners } from "./banners";
import { Composer } from "./composer/composer";
import { onMessage, post, save, saved } from "./host";
import { icon } from "./icons";
import { sessionsPanel } from "./sessions";
import type { State } from "./state";
import { strings, useStrings } from "./strings";
import { TranscriptView } from "./transcript/view";

/** The most of a finished answer that is read out by itself. */
const SPOKEN = 2_000;

export class App {
  readonly #state: State = {
    environment: undefined,
    server: "starting",
    loading: true,
    session: null,
    panel: "chat",
    list: { query: "", sessions: [], more: false, renaming: undefined, deleting: undefined },
    problems: [],
    problem: (message) => this.#problem(message),
    sent: () => this.#conversation.toEnd(),
  };
  readonly #conversation = new TranscriptView();
  readonly #composer = new Composer(this.#state, () => this.#redraw());
  readonly #spoken = document.createElement("div");
  #drawing = false;

  constructor(readonly root: HTMLElement) {
    this.#spoken.className = "sr-only";
    this.#spoken.setAttribute("role", "log");
    this.#spoken.setAttribute("aria-live", "polite");
    root.after(this.#spoken);
    root.addEventListener("click", (event) => this.#link(event));
    root.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#link(event);
    });
    onMessage((message) => this.#receive(message));
    this.#draw();
    post({ type: "ready" });
  }

  #receive(message: ToWebview): void {
    const state = this.#state;
    switch (message.type) {
      case "boot":
        state.environment = message.environment;
        state.server = message.server;
        useStrings(message.environment.strings, message.environment.language);
        break;
      case "server":
        state.server = message.state;
        break;
      case "trusted":
        if (state.environment) state.environment.trusted = true;
        break;
      case "loading":
        state.loading = true;
        break;
      case "session":
        this.#show(message.transcript);
        break;
      case "changes":
        if (message.session === state.session?.id) this.#change(state.session, message.changes);
        return;
      case "sessions":
        if (message.query !== state.list.query) return;
        state.list.sessions = message.sessions;
        state.list.more = message.more;
        break;
      case "show":
        this.#panel(message.panel);
        if (message.panel === "chat") requestAnimationFrame(() => this.#composer.focus());
        break;
      case "completions":
        this.#composer.completion.answer(message.request, message.items);
        break;
      case "attached":
        this.#composer.attached(message.attachment);
        break;
      case "bill":
        this.#composer.billArrived(message.request, message.bill ?? undefined);
        break;
      case "compose":
        this.#panel("chat");
        this.#composer.compose(message.text, message.attachments, message.replace);
        break;
      case "problem":
        state.problems = [...state.problems.filter((one) => one.message !== message.message), message];
        break;
    }
    this.#redraw();
  }

  #show(transcript: Transcript | null): void {
    const state = this.#state;
    const known = saved();
    state.session = transcript;
    state.loading = false;
    state.panel = "chat";
    if (!transcript) return;
    const fromEnd = known.session === transcript.id ? (known.fromEnd ?? 0) : 0;
    this.#draw();
    this.#conversation.show(transcript, fromEnd);
    save({ session: transcript.id, fromEnd });
  }

  /** Text that streams touches its entry only; the frame is drawn again when something of it changed. */
  #change(session: Transcript, changes: Change[]): void {
    const before = frameOf(session);
    const spokenFrom = session.entries.length - 1;
    const changed = new Set(changes.flatMap((change) => apply(session, change)));
    this.#conversation.changed(changed);
    const after = frameOf(session);
    if (before.some((part, index) => part !== after[index])) this.#redraw();
    if (before[0] !== after[0]) this.#conversation.refreshShown();
    this.#speak(session, changed, spokenFrom);
  }

  /** Finished answers and open questions are read out; text that still grows is not. */
  #speak(session: Transcript, changed: Set<number>, from: number): void {
    for (const index of changed) {
      const entry = session.entries[index];
      if (entry?.kind === "agent" && entry.done && index >= from) this.#say(entry.text);
      else if (entry?.kind === "permission" && entry.answer === undefined) {
        this.#say(`${strings().permissionTitle}: ${entry.request._meta?.singletree?.action ?? ""}`);
      } else if (entry?.kind === "question" && entry.answer === undefined) this.#say(entry.request.message);
    }
  }

  #say(text: string): void {
    const line = document.createElement("p");
    line.textContent = text.slice(0, SPOKEN);
    this.#spoken.replaceChildren(line);
  }

  #problem(message: string): void {
    this.#state.problems = [...this.#state.problems, { message, remedy: "none" }];
    this.#redraw();
  }

  #panel(panel: State["panel"]): void {
    this.#state.panel = panel;
    if (panel === "sessions") {
      this.#state.list.query = "";
      post({ type: "list", query: "", more: false });
      requestAnimationFrame(() => document.querySelector<HTMLElement>(".search")?.focus());
    }
  }

  /** Drawn with the next frame, however often it was asked for. */
  #redraw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => this.#draw());
  }

  #draw(): void {
    this.#drawing = false;
    render(this.#template(), this.root);
  }

  #template(): TemplateResult {
    const state = this.#state;
    const chat = state.panel === "chat";
    const close = (): void => {
      this.#panel("chat");
      this.#redraw();
      this.#composer.focus();
    };
    this.#conversation.toEndButton.setAttribute("aria-label", strings().toBottom);
    this.#conversation.toEndButton.title = strings().toBottom;
    render(icon("arrow-down"), this.#conversation.toEndButton);
    return html`
      ${chat ? nothing : sessionsPanel(state, () => this.#redraw(), close)}
      <main class="chat" ?hidden=${!chat}>
        ${this.#header()} ${banners(state, () => this.#redraw())}
        <div class="middle">
          ${this.#isEmpty() ? empty() : nothing} ${this.#conversation.scroller} ${this.#conversation.toEndButton}
        </div>
        ${this.#working()} ${this.#composer.template()}
      </main>`;
  }

  #header(): TemplateResult | typeof nothing {
    const { session } = this.#state;
    if (!session || this.#isEmpty()) return nothing;
    return html`<h1 class="title" title=${session.title}>${session.title || strings().untitled}</h1>`;
  }

  #isEmpty(): boolean {
    const { session, loading } = this.#state;
    return !loading && (session?.entries.length ?? 0) === 0;
  }

  #working(): TemplateResult | typeof nothing {
    const session = this.#state.session;
    if (!session?.running) return nothing;
    const asks = session.entries.some((entry) => "key" in entry && entry.answer === undefined);
    const text = asks ? strings().toolPending : strings().working;
    return html`<div class="working">${icon(asks ? "shield" : "loading", asks ? "warn" : "spin")}<span>${text}</span></div>`;
  }

  #link(event: Event): void {
    const link = (event.target as Element).closest<HTMLElement>("[data-href]");
    const href = link?.dataset["href"];
    if (href === undefined) return;
    event.preventDefault();
    post({ type: "link", href });
  }
}

/** What of a session the frame shows, besides the conversation. */
function frameOf(session: Transcript): unknown[] {
  return [
    session.running,
    session.title,
    session.modes,
    session.options,
    session.commands,
    session.usage,
    session.entries.length === 0,
    openQuestions(session),
  ];
}

function openQuestions(session: Transcript): number {
  return session.entries.slice(-50).filter((entry) => "key" in entry && entry.answer === undefined).length;
}

function empty(): TemplateResult {
  const words = strings();
  return html`<div class="empty">
    <h2>${words.emptyTitle}</h2>
    <p>${words.emptyBody}</p>
    <ul class="plain-list">
      <li>${icon("mention")}<span>${words.emptyMention}</span></li>
      <li>${icon("run-all")}<span>${words.emptyCommand}</span></li>
      <li>${icon("send")}<span>${words.emptyKeys}</span></li>
    </ul>
  </div>`;
}
