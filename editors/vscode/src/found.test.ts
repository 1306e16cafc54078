import assert from "node:assert/strict";
import test from "node:test";

import { configuredModels, foundModels } from "./found";

const finding = (topic: string, says: string, ok = true) => ({ topic, ok, says, remedy: null });

test("doctor's providers give their models", () => {
  const found = foundModels([
    finding("models", "anthropic at https://api.anthropic.com (ANTHROPIC_API_KEY is set, key set): a-1, a-2"),
    finding("models", "openai at https://api.openai.com/v1 (no key): gpt", false),
    finding("model", "`auto` is anthropic/a-1 (ANTHROPIC_API_KEY is set): x"),
    finding("models", "something else in words"),
  ]);
  const where = "https://api.anthropic.com (ANTHROPIC_API_KEY is set, key set)";
  assert.deepEqual(found, [
    { name: "anthropic/a-1", where },
    { name: "anthropic/a-2", where },
  ]);
});

test("configured models are named once", () => {
  const keys = ['models."local/a.b".context_window', 'models."local/a.b".price.input', "model", 'models."x/y".max_output'];
  assert.deepEqual(configuredModels(keys.map((key) => ({ key }))), ["local/a.b", "x/y"]);
});
