// One entry of the conversation as HTML, by its kind.

import { html, nothing, type TemplateResult } from "lit";

import type { ContentBlock } from "../../src/chat/acp";
import type { Remedy } from "../../src/chat/protocol";
import { fill } from "../../src/chat/strings";
import type { Entry } from "../../src/chat/transcript";
import { post } from "../host";
import { icon } from "../icons";
import { showDone } from "../markdown/code";
import { count, strings } from "../strings";
import { chipOf } from "../composer/chips";
import { bounded } from "./bounded";
import type { EntryContext } from "./context";
import { fold } from "./fold";
import { permission } from "./permission";
import { plan } from "./plan";
import { question } from "./question";
import { tool } from "./tool";

export function entryTemplate(entry: Entry, context: EntryContext): TemplateResult {
  switch (entry.kind) {
    case "user":
      return user(entry, context);
    case "agent":
      return agent(entry);
    case "thought":
      return thought(entry, context);
    case "tool":
      return tool(entry.call, context);
    case "plan":
      return plan(entry.entries);
    case "permission":
      return permission(entry, context);
    case "question":
      return question(entry, context);
    case "context":
      return contextUsed(entry, context);
    case "notice":
      return html`<div class="notice">${icon("info")}<span>${entry.text}</span></div>`;
    case "end":
      return end(entry);
  }
}

/** How a screen reader names the entry. */
export function entryLabel(entry: Entry): string {
  const words = strings();
  switch (entry.kind) {
    case "user":
      return words.you;
    case "agent":
      return words.agent;
    case "thought":
      return words.thought;
    case "tool":
      return entry.call.title ?? entry.call.toolCallId;
    case "permission":
      return words.permissionTitle;
    case "question":
      return words.questionTitle;
    case "plan":
      return words.plan.split(":")[0] ?? words.plan;
    case "context":
    case "notice":
    case "end":
      return words.notice;
  }
}

function user(entry: Extract<Entry, { kind: "user" }>, context: EntryContext): TemplateResult {
  const words = strings();
  const number = entry.message;
  const edit =
    number === undefined
      ? nothing
      : html`<button class="icon-button" title=${words.editResend} aria-label=${words.editResend}
          ?disabled=${context.transcript.running}
          @click=${() => post({ type: "rewind", message: number })}>${icon("edit")}</button>`;
  return html`<div class="user">
    <div class="user-text">${bounded(entry.text, "text", context)}</div>
    ${entry.blocks.length > 0 ? html`<div class="chips">${entry.blocks.map(attached)}</div>` : nothing}
    <div class="entry-actions">${edit}</div>
  </div>`;
}

function attached(block: ContentBlock): TemplateResult {
  return block.type === "text" ? html`` : chipOf(block);
}

function agent(entry: { text: string; done: boolean }): TemplateResult {
  const words = strings();
  const copy = (event: Event): void => {
    post({ type: "copy", text: entry.text });
    showDone(event.currentTarget as HTMLElement);
  };
  return html`<div class="agent">
    <st-markdown .message=${{ text: entry.text, complete: entry.done }}></st-markdown>
    ${entry.done
      ? html`<div class="entry-actions">
          <button class="icon-button" title=${words.copy} aria-label=${words.copy} @click=${copy}>${icon("copy")}${icon("check", "done-mark")}</button>
        </div>`
      : nothing}
  </div>`;
}

function thought(entry: { text: string; done: boolean }, context: EntryContext): TemplateResult {
  const words = strings();
  const title = html`${icon("lightbulb")}<span class="fold-title">${entry.done ? words.thought : words.thinking}</span>`;
  return fold(context, "thought", title, () => {
    return html`<st-markdown .message=${{ text: entry.text, complete: entry.done }}></st-markdown>`;
  });
}

function contextUsed(entry: Extract<Entry, { kind: "context" }>, context: EntryContext): TemplateResult {
  const { items, tokens } = entry.bill;
  const title = html`${icon("layers")}<span class="fold-title">
    ${fill(strings().contextUsed, count(tokens))}</span>`;
  return fold(context, "context", title, () => {
    return html`<ul class="plain-list">${items.map(
      (item) => html`<li>
        <button class="link" @click=${() => post({ type: "location", path: item.path, line: item.ranges?.[0]?.[0] ?? 1 })}>
          ${item.path}</button>
        <span class="quiet">${count(item.tokens)}${item.why?.length ? ` · ${item.why.join(", ")}` : ""}</span>
      </li>`,
    )}</ul>`;
  });
}

function end(entry: Extract<Entry, { kind: "end" }>): TemplateResult {
  const words = strings();
  if (entry.error === undefined) return html`<div class="end">${icon("info")}<span>${endWords(entry)}</span></div>`;
  const remedy = (name: Remedy, label: string): TemplateResult =>
    html`<vscode-button secondary @click=${() => post({ type: "remedy", remedy: name })}>${label}</vscode-button>`;
  return html`<div class="end failed">
    ${icon("error")}<span>${endWords(entry)}</span>
    ${entry.reason === "no-model" ? remedy("models", words.pickModel) : nothing}
    ${remedy("retry", words.retry)} ${remedy("log", words.showLog)}
  </div>`;
}

function endWords(entry: { reason: string; error?: string }): string {
  const words = strings();
  if (entry.error !== undefined) return fill(words.endFailed, entry.error);
  switch (entry.reason) {
    case "cancelled":
      return words.stopped;
    case "max_tokens":
      return words.endMaxTokens;
    case "max_turn_requests":
      return words.endMaxRequests;
    case "refusal":
      return words.endRefusal;
    default:
      return fill(words.endOther, entry.reason);
  }
}
