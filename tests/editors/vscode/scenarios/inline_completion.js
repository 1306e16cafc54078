// Completion at the cursor, from the model that the user named for it: shown as ghost text, taken with Tab.
import assert from "node:assert/strict";
import { says } from "../driver/model.js";
import { until } from "../driver/waiting.js";

export default async function inlineCompletion(scene) {
  const { model, workspace } = scene;
  scene.configure("local/scripted", '[routes]\ninline = ["local/scripted"]\n');
  model.script(...Array.from({ length: 80 }, () => says("n * 2;")));
  const editor = await scene.open({ "editor.inlineSuggest.enabled": true, "editor.quickSuggestions": { other: "off" } });
  await editor.openFile("broken.ts", 4);
  await editor.waitForServer("broken.ts");
  await editor.type("export const twice = (n: number): number => ");
  const line = editor.page.locator(".view-line", { hasText: /=>\s+n\s\*\s2;/ });
  await until("the ghost text", () => line.isVisible());
  await editor.screenshot("inline-completion");
  assert.ok(!(await editor.text("broken.ts")).includes("n * 2"), "ghost text is not in the buffer");
  await editor.press("Tab");
  await editor.waitForText("broken.ts", (now) => now.endsWith("=> n * 2;"));
  assert.ok(model.told().includes("twice"));
  assert.equal(workspace.read("broken.ts").includes("twice"), false);
}
