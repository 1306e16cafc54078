import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test from "node:test";

import { generate } from "./generate.mjs";

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));
const schema = {
  properties: {
    model: { pattern: "^(auto|[^/]+/.+)$", description: "The model." },
    review: { properties: { mode: { enum: ["staged", "keep"], description: "How." } } },
  },
};

test("words and limits are the schema's", () => {
  const before = { name: "x", contributes: { configuration: { title: "T", properties: { "singletree.path": {} } } } };
  const { manifest, words } = generate(schema, before, { other: "kept" });
  const { properties } = manifest.contributes.configuration;
  assert.deepEqual(Object.keys(properties), ["singletree.path", "singletree.model", "singletree.reviewMode"]);
  assert.equal(properties["singletree.model"].pattern, "^$|^(auto|[^/]+/.+)$");
  assert.deepEqual(properties["singletree.reviewMode"].enum, ["", "staged", "keep"]);
  assert.deepEqual(words, { other: "kept", "setting.model": "The model.", "setting.reviewMode": "How." });
});

test("a setting that the schema lost is said", () => {
  const manifest = { contributes: { configuration: { properties: {} } } };
  assert.throws(() => generate({ properties: {} }, manifest, {}), /no described setting model/);
});

test("a folder cannot choose the program or keep without the user", () => {
  const { properties } = read("package.json").contributes.configuration;
  assert.equal(properties["singletree.path"].scope, "machine");
  assert.equal(properties["singletree.reviewMode"].scope, "machine");
});

test("package.json says what the server's schema says", { skip: !process.env.SINGLETREE }, () => {
  const printed = execFileSync(process.env.SINGLETREE, ["config", "schema"], { encoding: "utf8" });
  const [manifest, words] = [read("package.json"), read("package.nls.json")];
  assert.deepEqual(generate(JSON.parse(printed), manifest, words), { manifest, words }, "run `npm run settings`");
});
