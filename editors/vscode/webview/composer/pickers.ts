// Mode, model, effort and whatever else the server offers to choose, and how full the model's window is.

import { html, nothing, type TemplateResult } from "lit";

import type { ConfigChoice, ConfigOption, Modes, Usage } from "../../src/chat/acp";
import { fill } from "../../src/chat/strings";
import type { Transcript } from "../../src/chat/transcript";
import { post } from "../host";
import { cost, count, strings } from "../strings";

export function pickers(session: Transcript): TemplateResult {
  return html`${session.modes ? modePicker(session.modes) : nothing}${session.options.map(optionPicker)}`;
}

function modePicker(modes: Modes): TemplateResult {
  const choices = modes.availableModes.map(({ id, ...rest }) => ({ value: id, ...rest }));
  return select(strings().mode, modes.currentModeId, choices, (mode) => post({ type: "mode", mode }));
}

function optionPicker(option: ConfigOption): TemplateResult {
  const label = named(option);
  if (option.type === "boolean") {
    const change = (event: Event): void =>
      post({ type: "option", id: option.id, value: (event.target as HTMLInputElement).checked });
    return html`<label class="check" title=${option.description ?? label}>
      <input type="checkbox" .checked=${option.currentValue} @change=${change} /><span>${label}</span></label>`;
  }
  const choices = option.options.flatMap((one) => ("group" in one ? one.options : [one]));
  return select(label, option.currentValue, choices, (value) => post({ type: "option", id: option.id, value }));
}

function named(option: ConfigOption): string {
  const words = strings();
  if (option.id === "model" || option.category === "model") return words.model;
  if (option.id === "effort" || option.category === "thought_level") return words.effort;
  return option.name;
}

/** The browser's own select: keyboard, screen readers and long lists come with it. */
function select(
  label: string,
  current: string,
  choices: ConfigChoice[],
  choose: (value: string) => void,
): TemplateResult {
  const change = (event: Event): void => choose((event.target as HTMLSelectElement).value);
  const about = choices.find((choice) => choice.value === current)?.description;
  return html`<select class="picker" aria-label=${label} title=${about ? `${label}: ${about}` : label} @change=${change}>
    ${choices.some((choice) => choice.value === current) ? nothing : html`<option value=${current} selected>${current}</option>`}
    ${choices.map(
      (choice) => html`<option value=${choice.value} ?selected=${choice.value === current}
        .selected=${choice.value === current} title=${choice.description ?? ""}>${choice.name}</option>`,
    )}
  </select>`;
}

export function meter(usage: Usage | null): TemplateResult | typeof nothing {
  if (!usage || usage.size <= 0) return nothing;
  const words = strings();
  const part = Math.min(1, usage.used / usage.size);
  const percent = `${Math.round(part * 100)} %`;
  const spent = usage.cost ? cost(usage.cost.amount, usage.cost.currency) : undefined;
  const label =
    spent === undefined
      ? fill(words.meter, count(usage.used), count(usage.size), percent)
      : fill(words.meterCost, count(usage.used), count(usage.size), percent, spent);
  return html`<span class="meter ${part > 0.85 ? "full" : ""}" role="img" title=${label} aria-label=${label}>
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="6" class="track"></circle>
      <circle cx="8" cy="8" r="6" class="used" pathLength="100" stroke-dasharray="${part * 100} 100"></circle>
    </svg>
    <span>${percent}${spent === undefined ? "" : ` · ${spent}`}</span>
  </span>`;
}
