// A permission prompt where it arose: the whole action, the rule behind the question, and the answers. Reject stands
// first, and *always* takes a second step that shows what will be kept.

import { html, nothing, type TemplateResult } from "lit";

import type { PermissionOption } from "../../src/chat/acp";
import type { Entry } from "../../src/chat/transcript";
import { post } from "../host";
import { icon } from "../icons";
import { strings } from "../strings";
import { bounded } from "./bounded";
import type { EntryContext } from "./context";

type Permission = Extract<Entry, { kind: "permission" }>;

interface Step {
  step: "choose" | "reason" | "always";
  reason: string;
}

export function permission(entry: Permission, context: EntryContext): TemplateResult {
  const words = strings();
  const meta = entry.request._meta?.singletree ?? {};
  const action = meta.action ?? entry.request.toolCall.title ?? entry.request.toolCall.toolCallId;
  const fact = (name: string, value: string | undefined): TemplateResult | typeof nothing =>
    value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing;
  return html`<div class="ask card ${entry.answer === undefined ? "open" : "closed"}" role="group" aria-label=${words.permissionTitle}>
    <div class="card-title">${icon("shield")}<span>${words.permissionTitle}</span></div>
    <pre class="action" tabindex="0" aria-label=${words.permissionAction}>${bounded(action, "action", context, 4_000)}</pre>
    <dl class="facts">
      ${fact(words.permissionReason, meta.reason)} ${fact(words.permissionRule, meta.rule)}
      ${fact(words.permissionPlace, meta.place)} ${fact(words.permissionFrom, meta.from)}
    </dl>
    ${entry.answer === undefined ? buttons(entry, context) : outcome(entry.answer)}
  </div>`;
}

function outcome(answer: string): TemplateResult {
  const words = strings();
  const told: Record<string, string> = {
    allow_once: words.answerAllowed,
    allow_always: words.answerAlways,
    reject_once: words.answerRejected,
    reject_always: words.answerRejected,
    accept: words.answerSent,
    decline: words.answerDeclined,
  };
  return html`<div class="outcome">${told[answer] ?? words.answerClosed}</div>`;
}

function buttons(entry: Permission, context: EntryContext): TemplateResult {
  const state = context.draft<Step>("permission", () => ({ step: "choose", reason: "" }));
  const go = (step: Step["step"]): void => {
    state.step = step;
    context.refresh();
  };
  const answer: Answer = (kind, reason) => {
    const option = entry.request.options.find((one) => one.kind === kind);
    if (option) choose(option, reason);
  };
  const choose = (option: PermissionOption, reason?: string): void => {
    post({ type: "permit", key: entry.key, option: option.optionId, ...(reason ? { reason } : {}) });
  };
  if (state.step === "reason") return reasonStep(state, go, answer);
  if (state.step === "always") return alwaysStep(entry, go, choose);
  return chooseStep(entry, go, answer);
}

type Go = (step: Step["step"]) => void;
type Answer = (kind: PermissionOption["kind"], reason?: string) => void;

function chooseStep(entry: Permission, go: Go, answer: Answer): TemplateResult {
  const words = strings();
  const offered = new Set(entry.request.options.map((option) => option.kind));
  return html`<div class="buttons">
    <vscode-button @click=${() => answer("reject_once")}>${words.reject}</vscode-button>
    <vscode-button secondary @click=${() => answer("allow_once")}>${words.allowOnce}</vscode-button>
    ${offered.has("allow_always")
      ? html`<vscode-button secondary @click=${() => go("always")}>${words.allowAlways}</vscode-button>`
      : nothing}
    <vscode-button secondary @click=${() => go("reason")}>${words.rejectReason}</vscode-button>
  </div>`;
}

function reasonStep(state: Step, go: Go, answer: Answer): TemplateResult {
  const words = strings();
  const type = (event: Event): void => {
    state.reason = (event.target as HTMLTextAreaElement).value;
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Escape") go("choose");
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) answer("reject_once", state.reason.trim());
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<label class="field"><span>${words.reasonLabel}</span>
      <textarea class="text" rows="2" .value=${state.reason} @input=${type} @keydown=${keys}></textarea></label>
    <div class="buttons">
      <vscode-button @click=${() => answer("reject_once", state.reason.trim())}>${words.rejectNow}</vscode-button>
      <vscode-button secondary @click=${() => go("choose")}>${words.back}</vscode-button>
    </div>`;
}

function alwaysStep(entry: Permission, go: Go, choose: (option: PermissionOption) => void): TemplateResult {
  const words = strings();
  const rules = entry.request._meta?.singletree?.always ?? [];
  const lasting = entry.request.options.filter((option) => option.kind === "allow_always");
  return html`<div class="always"><p>${words.alwaysConfirm}</p>
      <ul>${rules.map((rule) => html`<li><code>${rule}</code></li>`)}</ul></div>
    <div class="buttons">
      <vscode-button @click=${() => go("choose")}>${words.back}</vscode-button>
      ${lasting.map(
        (option) => html`<vscode-button secondary @click=${() => choose(option)}>
          ${option.optionId === "session" ? words.allowSession : words.alwaysYes}</vscode-button>`,
      )}
    </div>`;
}
