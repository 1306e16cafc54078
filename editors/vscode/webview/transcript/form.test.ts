import assert from "node:assert/strict";
import test from "node:test";

import type { FieldSchema, FieldValue } from "../../src/chat/acp";
import { check, initial } from "./form";

const FIELDS: [string, FieldSchema][] = [
  ["name", { type: "string", title: "Name", minLength: 2, maxLength: 5 }],
  ["count", { type: "integer", minimum: 1, maximum: 9, default: 3 }],
  ["sure", { type: "boolean" }],
  ["tags", { type: "array", items: { enum: ["a", "b"] } }],
];

function problem(values: Record<string, FieldValue>): string | undefined {
  return check(FIELDS, new Set(["name"]), values).problem;
}

test("defaults stand in the form from the beginning", () => {
  assert.deepEqual(initial(FIELDS), { count: 3 });
});

test("what was typed becomes what the schema says, and empty fields stay out", () => {
  const typed = { name: "abc", count: "7", tags: ["a"] };
  assert.deepEqual(check(FIELDS, new Set(["name"]), typed).content, { name: "abc", count: 7, sure: false, tags: ["a"] });
  assert.deepEqual(check(FIELDS, new Set(), {}).content, { sure: false });
});

test("the first thing that is wrong is named", () => {
  assert.match(problem({}) ?? "", /“Name” needs an answer/);
  assert.match(problem({ name: "a" }) ?? "", /at least 2/);
  assert.match(problem({ name: "abcdef" }) ?? "", /at most 5/);
  assert.match(problem({ name: "abc", count: "x" }) ?? "", /must be a number/);
  assert.match(problem({ name: "abc", count: "1.5" }) ?? "", /whole number/);
  assert.match(problem({ name: "abc", count: "10" }) ?? "", /at most 9/);
});
