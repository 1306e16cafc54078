import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { LANGUAGES, fixed, messages, read } from "./words.mjs";

const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
const english = read("package.nls.json");

test("every key of package.json has words, and every word a key", () => {
  const keys = [...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
  assert.deepEqual([...new Set(keys)].sort(), Object.keys(english).sort());
});

for (const language of LANGUAGES) {
  test(`${language}: package.json is translated whole`, () => {
    const translated = read(`package.nls.${language}.json`);
    assert.deepEqual(Object.keys(translated).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(translated)) {
      assert.deepEqual(fixed(text), fixed(english[key]), key);
      assert.notEqual(text.trim(), "", key);
    }
  });

  test(`${language}: what the extension says is translated whole`, () => {
    const translated = read(`l10n/bundle.l10n.${language}.json`);
    assert.deepEqual(Object.keys(translated).sort(), messages());
    for (const [message, text] of Object.entries(translated)) {
      assert.deepEqual(fixed(text), fixed(message), message);
      assert.notEqual(text.trim(), "", message);
    }
  });
}
