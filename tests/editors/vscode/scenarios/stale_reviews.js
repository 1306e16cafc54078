// proves: stale
// A review outlives its file's tab, and a file that is changed, renamed or deleted behind the editor's back loses
// nothing that is there.
import assert from "node:assert/strict";
import { renameSync, rmSync } from "node:fs";
import { SCALED, SQUARE, changed, proposes } from "../driver/proposals.js";
import { until } from "../driver/waiting.js";

export default async function staleReviews(scene) {
  const { workspace, model } = scene;
  const text = workspace.read("shapes.py");
  model.script(...proposes(SQUARE, SCALED));
  const editor = await scene.open();
  await editor.openFile("shapes.py");
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 2);

  await editor.command("View: Close All Editors");
  await editor.openFile("shapes.py");
  await editor.waitForLenses("Keep", 2);

  // Changed outside, elsewhere than the hunks: they move along.
  const outside = `# changed outside\n${text}`;
  workspace.write("shapes.py", outside);
  await editor.waitForText("shapes.py", (now) => now === outside);
  await editor.lenses("Keep").first().click();
  await editor.waitForText("shapes.py", (now) => now === changed(outside, SQUARE));
  await editor.save();

  renameSync(workspace.at("shapes.py"), workspace.at("forms.py"));
  await editor.page.locator(".explorer-folders-view .monaco-list-row", { hasText: "forms.py" }).waitFor();
  await editor.openFile("forms.py");
  await editor.screenshot("renamed-outside");
  await editor.run("singletree.all.reject");
  assert.equal(workspace.read("forms.py"), changed(outside, SQUARE), "what the user has is untouched");

  model.script(...proposes(["forms.py", SCALED[1], SCALED[2]]));
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 1);
  rmSync(workspace.at("forms.py"));
  const listed = editor.page.locator(".explorer-folders-view .monaco-list-row", { hasText: "forms.py" });
  await until("the editor to notice", async () => (await listed.count()) === 0);
  await editor.run("singletree.all.keep");
  await editor.screenshot("deleted-outside");
  await editor.openFile("broken.py");
  assert.equal(workspace.read("forms.py"), undefined, "what was deleted stays deleted");
}
