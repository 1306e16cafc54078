// proves: streaming
// An instruction typed at the cursor; the hunk grows while the model writes, and can be kept when it is whole.
import assert from "node:assert/strict";
import { calls, heldCall, says } from "../driver/model.js";
import { SCALED, changed } from "../driver/proposals.js";

export default async function inlineEdit(scene) {
  const { workspace, model } = scene;
  const text = workspace.read("shapes.py");
  const [path, old_text, new_text] = SCALED;
  const streamed = heldCall(["edit", { path, old_text, new_text }], "\n    return scaled");
  model.script(calls(["read", { path }]), streamed, says("Done."));
  const editor = await scene.open();
  await editor.openFile("shapes.py", 11);
  await editor.select(10, 11);
  await editor.run("singletree.run.edit");
  await editor.answer("name the result before it is returned");
  await editor.waitForDrawn("scaled = [factor");
  await editor.screenshot("streaming");
  assert.equal(await editor.lenses("Keep").count(), 0, "half a hunk cannot be kept");
  assert.equal(await editor.text("shapes.py"), text);

  streamed.release();
  await editor.waitForLenses("Keep", 1);
  await editor.screenshot("streamed");
  assert.ok(model.told().includes("name the result before it is returned"));
  await editor.lenses("Keep").first().click();
  await editor.waitForText("shapes.py", (now) => now === changed(text, SCALED));
}
