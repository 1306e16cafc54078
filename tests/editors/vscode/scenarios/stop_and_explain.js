// proves: cancel, progress, prose
// A turn is shown in the status bar while it runs and stopped from the palette; an answer in words opens beside the code.
import assert from "node:assert/strict";
import { held, says } from "../driver/model.js";
import { until } from "../driver/waiting.js";

export default async function stopAndExplain(scene) {
  const { workspace, model } = scene;
  model.script(held(says("I begin"), says(" and never end.")), says("# Circles\n\nThe area is `pi * radius²`."));
  const editor = await scene.open();
  await editor.openFile("shapes.py", 4);
  await editor.waitForServer("shapes.py");
  await editor.run("singletree.run.document");
  await model.asked(1);
  const working = editor.page.locator(".statusbar-item .codicon-loading");
  await working.first().waitFor();
  await editor.screenshot("turn-runs");
  await editor.run("singletree.stopTurn");
  await until("the turn to end", async () => (await working.count()) === 0);
  assert.equal(await editor.lenses("Keep").count(), 0, "nothing is proposed");

  await editor.run("singletree.run.explain");
  await model.asked(2);
  const answer = (vscode) => vscode.workspace.textDocuments.some((document) => document.getText().includes("# Circles"));
  await until("the answer", () => editor.ask(answer));
  await editor.screenshot("explained");
  assert.equal(await editor.activeFile(), workspace.at("shapes.py"), "the focus stays");
}
