// The values of a form against its schema. Patterns are left to the server: a hostile one could hold up the page.

import type { FieldSchema, FieldValue } from "../../src/chat/acp";
import { fill } from "../../src/chat/strings";
import { strings } from "../strings";

export type Values = Record<string, FieldValue>;

export interface Checked {
  content?: Record<string, FieldValue>;
  problem?: string;
}

export function initial(fields: [string, FieldSchema][]): Values {
  const known = fields.flatMap(([name, schema]) => {
    const value = schema.default ?? undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

/** The content to send, or the first thing that is wrong with it. */
export function check(fields: [string, FieldSchema][], required: ReadonlySet<string>, values: Values): Checked {
  const content: Record<string, FieldValue> = {};
  for (const [name, schema] of fields) {
    const title = schema.title ?? name;
    const value = schema.type === "boolean" ? (values[name] ?? false) : values[name];
    if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) {
      if (required.has(name)) return { problem: fill(strings().invalidRequired, title) };
      continue;
    }
    const converted = convert(schema, title, value);
    if ("problem" in converted) return converted;
    content[name] = converted.value;
  }
  return { content };
}

type Converted = { value: FieldValue } | { problem: string };

function convert(schema: FieldSchema, title: string, value: FieldValue): Converted {
  switch (schema.type) {
    case "number":
    case "integer":
      return number(schema, title, String(value).trim());
    case "string":
      return text(schema, title, String(value));
    case "boolean":
    case "array":
      return { value };
  }
}

function number(schema: Extract<FieldSchema, { type: "number" | "integer" }>, title: string, typed: string): Converted {
  const words = strings();
  const value = Number(typed.replace(",", "."));
  if (typed === "" || !Number.isFinite(value)) return { problem: fill(words.invalidNumber, title) };
  if (schema.type === "integer" && !Number.isInteger(value)) return { problem: fill(words.invalidInteger, title) };
  if (schema.minimum != null && value < schema.minimum) return { problem: fill(words.invalidMin, title, schema.minimum) };
  if (schema.maximum != null && value > schema.maximum) return { problem: fill(words.invalidMax, title, schema.maximum) };
  return { value };
}

function text(schema: Extract<FieldSchema, { type: "string" }>, title: string, value: string): Converted {
  const words = strings();
  const length = Array.from(value).length;
  if (schema.minLength != null && length < schema.minLength) {
    return { problem: fill(words.invalidShort, title, schema.minLength) };
  }
  if (schema.maxLength != null && length > schema.maxLength) {
    return { problem: fill(words.invalidLong, title, schema.maxLength) };
  }
  return { value };
}
