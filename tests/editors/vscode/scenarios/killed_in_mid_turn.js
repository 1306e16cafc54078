// kill -9 for the server while a turn runs: it comes back by itself with the hunks that were there, and works on.
import assert from "node:assert/strict";
import { calls, held, says } from "../driver/model.js";
import { SCALED, SQUARE, changed, proposes } from "../driver/proposals.js";

export default async function killedInMidTurn(scene) {
  const { workspace, model } = scene;
  const text = workspace.read("shapes.py");
  const [path, old_text, new_text] = SQUARE;
  model.script(
    calls(["read", { path }]),
    calls(["edit", { path, old_text, new_text }]),
    held(says("And now the"), says(" rest.")),
  );
  const editor = await scene.open();
  await editor.openFile(path);
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 1);
  await model.asked(3);
  await editor.killServer();
  await editor.waitForLenses("Keep", 1);
  assert.equal(await editor.text(path), text);

  model.script(...proposes(SCALED));
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 2);
  await editor.lenses("Keep").first().click();
  await editor.waitForText(path, (now) => now === changed(text, SQUARE));
}
