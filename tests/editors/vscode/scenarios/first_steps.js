// The walkthrough's demo file: it needs no key, no network and no set-up, whatever model is configured.
import assert from "node:assert/strict";

export default async function firstSteps(scene) {
  const { model } = scene;
  const editor = await scene.open();
  await editor.run("singletree.tryDemo");
  await editor.waitForLenses("Keep", 2);
  await editor.screenshot("demo-file");
  assert.equal(model.requests.length, 0, "the built-in rules do it");
  assert.equal((await editor.text("singletree_demo.py")).includes("import json"), false);
  await editor.run("singletree.change.keep");
  await editor.waitForText("singletree_demo.py", (now) => now.includes("import json"));
}
