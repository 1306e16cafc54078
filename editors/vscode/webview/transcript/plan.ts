// The agent's plan, with ticks.

import { html, type TemplateResult } from "lit";

import type { PlanEntry } from "../../src/chat/acp";
import { fill } from "../../src/chat/strings";
import { icon } from "../icons";
import { strings } from "../strings";

export function plan(entries: PlanEntry[]): TemplateResult {
  const done = entries.filter((entry) => entry.status === "completed").length;
  return html`<div class="plan card">
    <div class="card-title">${icon("checklist")}<span>${fill(strings().plan, done, entries.length)}</span></div>
    <ol class="plain-list">${entries.map(step)}</ol>
  </div>`;
}

function step(entry: PlanEntry): TemplateResult {
  const words = strings();
  const [mark, name] = {
    completed: [icon("pass", "ok"), words.stepDone],
    in_progress: [icon("loading", "spin"), words.stepDoing],
    pending: [icon("circle-large", "quiet"), words.stepOpen],
  }[entry.status];
  return html`<li class="step ${entry.status}">${mark}<span>${entry.content}</span><span class="sr-only">(${name})</span></li>`;
}
