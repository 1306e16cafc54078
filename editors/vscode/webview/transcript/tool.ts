// A tool call: one line while folded; its input, output and diffs when opened.

import { html, nothing, type TemplateResult } from "lit";

import type { ToolCall, ToolContent, ToolKind, ToolStatus } from "../../src/chat/acp";
import { post } from "../host";
import { icon, type IconName } from "../icons";
import { strings } from "../strings";
import { bounded } from "./bounded";
import type { EntryContext } from "./context";
import { diffLines, type DiffLine } from "./diff";
import { fold } from "./fold";

const KINDS: Record<ToolKind, IconName> = {
  read: "book",
  edit: "edit",
  delete: "trash",
  move: "arrow-swap",
  search: "search",
  execute: "terminal",
  think: "lightbulb",
  fetch: "globe",
  switch_mode: "settings-gear",
  other: "tools",
};

/** Lines of a diff that are shown at once. */
const MOST_LINES = 80;

export function tool(call: ToolCall, context: EntryContext): TemplateResult {
  const title = html`${icon(KINDS[call.kind ?? "other"])}
    <span class="fold-title" title=${call.title ?? ""}>${call.title ?? call.toolCallId}</span>${counts(call)}${status(call.status ?? "pending")}`;
  const review = diffs(call).length > 0 ? reviewButton(diffs(call)[0]?.path) : nothing;
  return html`<div class="tool">${fold(context, "tool", title, () => body(call, context))}${review}</div>`;
}

function diffs(call: ToolCall): Extract<ToolContent, { type: "diff" }>[] {
  return (call.content ?? []).filter((content) => content.type === "diff");
}

function counts(call: ToolCall): TemplateResult | typeof nothing {
  const lines = diffs(call).flatMap((content) => diffLines(content.oldText ?? "", content.newText));
  if (lines.length === 0) return nothing;
  const plus = lines.filter((line) => line.sign === "+").length;
  const minus = lines.filter((line) => line.sign === "-").length;
  return html`<span class="counts"><span class="plus">+${plus}</span> <span class="minus">−${minus}</span></span>`;
}

function status(state: ToolStatus): TemplateResult {
  const words = strings();
  const [mark, name] = {
    pending: [icon("circle-large", "quiet"), words.toolPending],
    in_progress: [icon("loading", "spin"), words.toolRunning],
    completed: [icon("check", "ok"), words.toolDone],
    failed: [icon("error", "bad"), words.toolFailed],
  }[state];
  return html`<span class="status" title=${name}>${mark}<span class="sr-only">${name}</span></span>`;
}

function reviewButton(path: string | undefined): TemplateResult {
  const open = (): void => post(path === undefined ? { type: "review" } : { type: "review", path });
  return html`<button class="link review" @click=${open}>${icon("diff")} ${strings().reviewChanges}</button>`;
}

function body(call: ToolCall, context: EntryContext): TemplateResult {
  const content = call.content ?? [];
  return html`${input(call, context)}${locations(call)}${content.map((part, index) => shown(part, index, context))}`;
}

function input(call: ToolCall, context: EntryContext): TemplateResult | typeof nothing {
  if (call.rawInput === undefined || call.rawInput === null) return nothing;
  const text = typeof call.rawInput === "string" ? call.rawInput : JSON.stringify(call.rawInput, null, 2);
  return html`<div class="caption">${strings().toolInput}</div><pre class="output" tabindex="0">${bounded(text, "input", context)}</pre>`;
}

function locations(call: ToolCall): TemplateResult | typeof nothing {
  if (!call.locations?.length) return nothing;
  return html`<div class="locations">${call.locations.slice(0, 20).map(({ path, line }) => {
    const open = (): void => post({ type: "location", path, ...(line ? { line } : {}) });
    return html`<button class="link" @click=${open}>${path}${line ? `:${line}` : ""}</button>`;
  })}</div>`;
}

function shown(part: ToolContent, index: number, context: EntryContext): TemplateResult {
  switch (part.type) {
    case "diff":
      return diffView(part, index, context);
    case "content":
      return part.content.type === "text"
        ? html`<pre class="output" tabindex="0" aria-label=${strings().toolOutput}>${bounded(part.content.text, `out-${index}`, context)}</pre>`
        : html``;
    case "terminal":
      return html``;
  }
}

function diffView(
  part: Extract<ToolContent, { type: "diff" }>,
  index: number,
  context: EntryContext,
): TemplateResult {
  const lines = diffLines(part.oldText ?? "", part.newText);
  const view = context.draft(`diff-${index}`, () => ({ all: false }));
  const some = view.all ? lines : lines.slice(0, MOST_LINES);
  const all = (): void => {
    view.all = true;
    context.refresh();
  };
  return html`<div class="diff">
    <div class="caption">${part.path}${part.oldText == null ? html` <span class="quiet">(${strings().newFile})</span>` : nothing}</div>
    <pre class="output" tabindex="0">${some.map(diffLine)}</pre>
    ${some.length < lines.length
      ? html`<div class="show-more"><vscode-button secondary @click=${all}>${strings().showAll}</vscode-button></div>`
      : nothing}
  </div>`;
}

function diffLine(line: DiffLine): TemplateResult {
  const style = { "+": "added", "-": "removed", " ": "same", "…": "gap" }[line.sign];
  return html`<span class="diff-line ${style}">${line.sign === "…" ? "⋯" : `${line.sign} ${line.text}`}</span>`;
}
