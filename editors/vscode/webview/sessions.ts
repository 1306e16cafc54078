// The list of sessions: search, resume, fork, rename, delete. One row has the focus stop; arrows go on from there.

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { SessionInfo } from "../src/chat/acp";
import { fill } from "../src/chat/strings";
import { post } from "./host";
import { icon } from "./icons";
import type { State } from "./state";
import { strings } from "./strings";

const SEARCH_PAUSE = 200;

let timer: ReturnType<typeof setTimeout> | undefined;

export function sessionsPanel(state: State, redraw: () => void, close: () => void): TemplateResult {
  const words = strings();
  const { list } = state;
  const search = (event: Event): void => {
    list.query = (event.target as HTMLInputElement).value;
    clearTimeout(timer);
    timer = setTimeout(() => post({ type: "list", query: list.query, more: false }), SEARCH_PAUSE);
  };
  return html`<section class="sessions" aria-label=${words.sessionList} @keydown=${(event: KeyboardEvent) => keys(event, close)}>
    <div class="sessions-head">
      <button class="icon-button" title=${words.closeList} aria-label=${words.closeList} @click=${close}>${icon("arrow-left")}</button>
      <input class="text search" type="search" placeholder=${words.searchSessions} aria-label=${words.searchSessions}
        .value=${list.query} @input=${search} />
    </div>
    ${list.sessions.length === 0
      ? html`<p class="quiet pad">${list.query ? fill(words.noMatch, list.query) : words.noSessions}</p>`
      : html`<ul class="session-list" role="list">${repeat(
          list.sessions,
          (one) => one.sessionId,
          (one, index) => row(one, index, state, redraw),
        )}</ul>`}
    ${list.more
      ? html`<div class="pad"><vscode-button secondary @click=${() => post({ type: "list", query: list.query, more: true })}>${words.more}</vscode-button></div>`
      : nothing}
  </section>`;
}

function row(info: SessionInfo, index: number, state: State, redraw: () => void): TemplateResult {
  const { list } = state;
  const id = info.sessionId;
  if (list.renaming === id) return renameRow(info, state, redraw);
  if (list.deleting === id) return deleteRow(info, state, redraw);
  const words = strings();
  const title = titleOf(info);
  const current = state.session?.id === id;
  const action = (label: string, name: Parameters<typeof icon>[0], act: () => void): TemplateResult =>
    html`<button class="icon-button small" title=${label} aria-label="${label}: ${title}" @click=${act}>${icon(name)}</button>`;
  const rename = (): void => {
    list.renaming = id;
    redraw();
    focusLater(".rename");
  };
  const remove = (): void => {
    list.deleting = id;
    redraw();
    focusLater(".delete-cancel");
  };
  return html`<li class="session-row ${current ? "current" : ""}">
    <button class="session" tabindex=${index === 0 ? 0 : -1} aria-current=${current ? "true" : nothing}
      title=${words.resume} @click=${() => post({ type: "open", session: id })}>
      <span class="session-title">${title}</span>
      <span class="quiet">${[when(info.updatedAt), current ? words.current : ""].filter(Boolean).join(" · ")}</span>
      ${info.excerpt ? html`<span class="excerpt">${info.excerpt}</span>` : nothing}
    </button>
    <span class="row-actions">
      ${action(words.fork, "repo-forked", () => post({ type: "fork", session: id }))}
      ${action(words.rename, "edit", rename)}
      ${action(words.delete, "trash", remove)}
    </span>
  </li>`;
}

function renameRow(info: SessionInfo, state: State, redraw: () => void): TemplateResult {
  const words = strings();
  const end = (): void => {
    state.list.renaming = undefined;
    redraw();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const title = new FormData(event.target as HTMLFormElement).get("title");
    if (typeof title === "string" && title.trim() !== "") {
      post({ type: "rename", session: info.sessionId, title: title.trim() });
    }
    end();
  };
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end();
  };
  return html`<li class="session-row editing">
    <form @submit=${submit} @keydown=${escape}>
      <input class="text rename" name="title" aria-label=${words.newTitle} .value=${titleOf(info)} />
    </form>
  </li>`;
}

function deleteRow(info: SessionInfo, state: State, redraw: () => void): TemplateResult {
  const words = strings();
  const end = (): void => {
    state.list.deleting = undefined;
    redraw();
  };
  const remove = (): void => {
    post({ type: "delete", session: info.sessionId });
    end();
  };
  return html`<li class="session-row editing" role="group" aria-label=${words.delete}>
    <p>${fill(words.deleteAsk, titleOf(info))}</p>
    <div class="buttons">
      <vscode-button class="delete-cancel" @click=${end}>${words.cancel}</vscode-button>
      <vscode-button secondary @click=${remove}>${words.delete}</vscode-button>
    </div>
  </li>`;
}

function titleOf(info: SessionInfo): string {
  const title = info.title?.trim() ?? "";
  return title === "" ? strings().untitled : title;
}

function when(updated: string | null | undefined): string {
  const time = updated ? new Date(updated) : undefined;
  if (!time || Number.isNaN(time.getTime())) return "";
  const days = Math.round((startOfDay(new Date()) - startOfDay(time)) / 86_400_000);
  const clock = time.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  if (days === 0) return `${strings().today}, ${clock}`;
  if (days === 1) return `${strings().yesterday}, ${clock}`;
  return time.toLocaleDateString(document.documentElement.lang);
}

function startOfDay(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

/** Once the row is drawn; the user's own act led there. */
function focusLater(selector: string): void {
  requestAnimationFrame(() => {
    const element = document.querySelector<HTMLElement>(selector);
    element?.focus();
    if (element instanceof HTMLInputElement) element.select();
  });
}

function keys(event: KeyboardEvent, close: () => void): void {
  if (event.key === "Escape") {
    close();
    return;
  }
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const panel = event.currentTarget as HTMLElement;
  if (step === undefined || (event.target as HTMLElement).classList.contains("rename")) return;
  const rows = [...panel.querySelectorAll<HTMLElement>(".session")];
  const here = rows.findIndex((one) => one.parentElement?.contains(event.target as Node));
  const next = here < 0 ? rows[step > 0 ? 0 : rows.length - 1] : rows[here + step];
  if (!next) return;
  event.preventDefault();
  for (const one of rows) one.tabIndex = one === next ? 0 : -1;
  next.focus();
}
