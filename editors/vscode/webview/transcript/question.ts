// A question of the agent as a form: text, choice, several choices, yes or no, number. Checked here for the reader's
// sake; the server checks again.

import { html, nothing, type TemplateResult } from "lit";

import type { FieldSchema, FieldValue } from "../../src/chat/acp";
import type { Entry } from "../../src/chat/transcript";
import { post } from "../host";
import { icon } from "../icons";
import { strings } from "../strings";
import type { EntryContext } from "./context";
import { check, initial, type Values } from "./form";

type Question = Extract<Entry, { kind: "question" }>;

interface Form {
  values: Values;
  problem: string;
}

export function question(entry: Question, context: EntryContext): TemplateResult {
  const words = strings();
  const fields = Object.entries(entry.request.requestedSchema?.properties ?? {});
  const form = context.draft<Form>("form", () => ({ values: initial(fields), problem: "" }));
  return html`<div class="ask card ${entry.answer === undefined ? "open" : "closed"}" role="group" aria-label=${words.questionTitle}>
    <div class="card-title">${icon("question")}<span>${words.questionTitle}</span></div>
    <p class="question-text">${entry.request.message}</p>
    ${entry.answer === undefined ? openForm(entry, fields, form, context) : outcome(entry.answer)}
  </div>`;
}

function outcome(answer: string): TemplateResult {
  const words = strings();
  const told = { accept: words.answerSent, decline: words.answerDeclined }[answer];
  return html`<div class="outcome">${told ?? words.answerClosed}</div>`;
}

function openForm(
  entry: Question,
  fields: [string, FieldSchema][],
  form: Form,
  context: EntryContext,
): TemplateResult {
  const words = strings();
  const required = new Set(entry.request.requestedSchema?.required ?? []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const checked = check(fields, required, form.values);
    form.problem = checked.problem ?? "";
    context.refresh();
    if (checked.content) post({ type: "answer", key: entry.key, action: "accept", content: checked.content });
  };
  const keys = (event: KeyboardEvent): void => {
    const inText = event.target instanceof HTMLInputElement && event.target.type === "text";
    if (event.key === "Enter" && inText && !event.isComposing) submit(event);
  };
  const decline = (): void => post({ type: "answer", key: entry.key, action: "decline", content: {} });
  return html`<form @submit=${submit} @keydown=${keys}>
    ${fields.map(([name, schema]) => field(name, schema, required.has(name), form.values))}
    ${form.problem ? html`<p class="problem" role="alert">${form.problem}</p>` : nothing}
    <div class="buttons">
      <vscode-button @click=${submit}>${words.submit}</vscode-button>
      <vscode-button secondary @click=${decline}>${words.decline}</vscode-button>
    </div>
  </form>`;
}

function field(name: string, schema: FieldSchema, required: boolean, values: Values): TemplateResult {
  const title = schema.title ?? name;
  const set = (value: FieldValue): void => {
    values[name] = value;
  };
  const about = schema.description ? html`<span class="quiet">${schema.description}</span>` : nothing;
  const mark = required ? html` <span class="quiet">(${strings().required})</span>` : nothing;
  if (schema.type === "boolean") {
    return html`<label class="field check">
      <input type="checkbox" .checked=${values[name] === true}
        @change=${(event: Event) => set((event.target as HTMLInputElement).checked)} />
      <span>${title}</span>${about}</label>`;
  }
  if (schema.type === "array") return several(title, schema, values[name], set, about);
  return html`<label class="field"><span>${title}${mark}</span>${about}${control(schema, values[name], set)}</label>`;
}

function control(
  schema: Exclude<FieldSchema, { type: "boolean" | "array" }>,
  value: FieldValue | undefined,
  set: (value: FieldValue) => void,
): TemplateResult {
  const choices = schema.type === "string" ? choicesOf(schema) : [];
  const change = (event: Event): void => set((event.target as HTMLInputElement | HTMLSelectElement).value);
  if (choices.length > 0) {
    return html`<select class="text" @change=${change}>
      <option value="" ?selected=${!value}>${strings().choose}</option>
      ${choices.map((one) => html`<option value=${one.const} ?selected=${one.const === value}>${one.title}</option>`)}
    </select>`;
  }
  const mode = schema.type === "string" ? "text" : "decimal";
  return html`<input class="text" type="text" inputmode=${mode} .value=${String(value ?? "")} @input=${change} />`;
}

function choicesOf(schema: Extract<FieldSchema, { type: "string" }>): { const: string; title: string }[] {
  return schema.oneOf ?? (schema.enum ?? []).map((one) => ({ const: one, title: one }));
}

function several(
  title: string,
  schema: Extract<FieldSchema, { type: "array" }>,
  value: FieldValue | undefined,
  set: (value: FieldValue) => void,
  about: TemplateResult | typeof nothing,
): TemplateResult {
  const chosen = new Set(Array.isArray(value) ? value : []);
  const choices = schema.items.anyOf ?? (schema.items.enum ?? []).map((one) => ({ const: one, title: one }));
  const toggle = (name: string, event: Event): void => {
    if ((event.target as HTMLInputElement).checked) chosen.add(name);
    else chosen.delete(name);
    set([...chosen]);
  };
  return html`<fieldset class="field"><legend>${title}</legend>${about}${choices.map(
    (one) => html`<label class="check"><input type="checkbox" .checked=${chosen.has(one.const)}
      @change=${(event: Event) => toggle(one.const, event)} /><span>${one.title}</span></label>`,
  )}</fieldset>`;
}
