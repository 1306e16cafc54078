// What stands between the user and the conversation, each with what helps.

import { html, nothing, type TemplateResult } from "lit";

import type { Remedy } from "../src/chat/protocol";
import { post } from "./host";
import { icon, type IconName } from "./icons";
import type { Problem, State } from "./state";
import { strings } from "./strings";

export function banners(state: State, redraw: () => void): TemplateResult {
  return html`${server(state)}${folder(state)}${state.problems.map((one) => problem(one, state, redraw))}`;
}

function server(state: State): TemplateResult | typeof nothing {
  const words = strings();
  switch (state.server) {
    case "starting":
      return banner("loading", "spin", words.starting, []);
    case "stopped":
      return banner("warning", "warn", words.serverStopped, ["restart", "log"]);
    case "failed":
      return banner("error", "bad", words.serverFailed, ["restart", "log"]);
    case "running":
      return state.loading ? banner("loading", "spin", words.loading, []) : nothing;
  }
}

function folder(state: State): TemplateResult | typeof nothing {
  const words = strings();
  if (!state.environment) return nothing;
  if (!state.environment.folder) return banner("info", "quiet", words.noFolder, []);
  return state.environment.trusted ? nothing : banner("shield", "warn", words.untrusted, ["trust"]);
}

function problem(one: Problem, state: State, redraw: () => void): TemplateResult {
  const dismiss = (): void => {
    state.problems = state.problems.filter((other) => other !== one);
    redraw();
  };
  const words = strings();
  return html`<div class="banner" role="alert">${icon("error", "bad")}<span class="banner-text">${one.message}</span>
    ${button(one.remedy)}
    <button class="icon-button small" title=${words.dismiss} aria-label=${words.dismiss} @click=${dismiss}>${icon("close")}</button>
  </div>`;
}

function banner(name: IconName, style: string, text: string, remedies: Remedy[]): TemplateResult {
  return html`<div class="banner" role="status">${icon(name, style)}<span class="banner-text">${text}</span>${remedies.map(button)}</div>`;
}

function button(remedy: Remedy): TemplateResult | typeof nothing {
  const words = strings();
  const label = {
    restart: words.restart,
    trust: words.manageTrust,
    log: words.showLog,
    retry: words.retry,
    models: words.pickModel,
    none: undefined,
  }[remedy];
  if (label === undefined) return nothing;
  return html`<vscode-button secondary @click=${() => post({ type: "remedy", remedy })}>${label}</vscode-button>`;
}
