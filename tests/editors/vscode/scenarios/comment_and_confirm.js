// proves: comment, confirm
// An instruction in a comment, run where it stands; in mode `confirm` VS Code's own refactor preview asks before it applies.
import assert from "node:assert/strict";
import { SQUARE, changed, proposes } from "../driver/proposals.js";

export default async function commentAndConfirm(scene) {
  const { workspace, model } = scene;
  await scene.trust();
  const [name, before, after] = SQUARE;
  const text = workspace.read(name).replace(before, (line) => `    # singletree: use the power operator\n${line}`);
  workspace.write(name, text);
  model.script(...proposes([name, before, after]));
  const editor = await scene.open({ "singletree.reviewMode": "confirm" });
  await editor.openFile(name, 7);
  await editor.waitForServer(name);
  await editor.goTo(7, 6);
  await editor.codeAction("Singletree: do it: use the power operator");
  const panel = editor.page.locator(".bulk-edit-panel");
  await panel.waitFor();
  await editor.screenshot("confirm");
  assert.ok(model.told().includes("use the power operator"));
  assert.equal(await editor.text(name), text, "nothing is applied before it is confirmed");
  await panel.locator(".edit-checkbox").first().click();
  await editor.page.locator(".monaco-button", { hasText: "Apply" }).first().click();
  await editor.waitForText(name, (now) => now === changed(text, SQUARE));
}
