// proves: stale
// Typing above a pending hunk moves it; typing inside it never loses what was typed.
import assert from "node:assert/strict";
import { SCALED, SQUARE, changed, proposes } from "../driver/proposals.js";

export default async function typingAroundHunks(scene) {
  const { workspace, model } = scene;
  const text = workspace.read("shapes.py");
  model.script(...proposes(SQUARE, SCALED));
  const editor = await scene.open();
  await editor.openFile("shapes.py");
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 2);

  await editor.goTo(1);
  await editor.type("# typed above\n");
  const typed = `# typed above\n${text}`;
  await editor.waitForText("shapes.py", (now) => now === typed);
  await editor.screenshot("typed-above");
  await editor.lenses("Keep").first().click();
  const kept = changed(typed, SQUARE);
  await editor.waitForText("shapes.py", (now) => now === kept);

  // Inside the second: its line is no longer what the proposal was made for, so it cannot be kept any more.
  await editor.waitForLenses("Keep", 1);
  await editor.goTo(12, 12);
  await editor.type("list(");
  await editor.waitForText("shapes.py", (now) => now.includes("return list([value"));
  await editor.waitForLenses("Keep", 0);
  await editor.screenshot("typed-inside");
  const mine = await editor.text("shapes.py");
  await editor.run("singletree.all.reject");
  await editor.waitForLenses("Reject", 0);
  assert.equal(await editor.text("shapes.py"), mine, "what was typed stays");
}
