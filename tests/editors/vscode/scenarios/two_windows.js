// Two windows on one folder: what is decided in one is decided in the other, and each keeps its own work.
import assert from "node:assert/strict";
import { SCALED, SQUARE, changed, proposes } from "../driver/proposals.js";

export default async function twoWindows(scene) {
  const { workspace, model } = scene;
  const text = workspace.read("shapes.py");
  const one = await scene.open();
  const two = await scene.open();
  model.script(...proposes(SQUARE));
  await one.openFile("shapes.py");
  await one.run("singletree.run.document");
  await one.waitForLenses("Keep", 1);

  model.script(...proposes(["broken.py", "json.loads(text)", "json.loads(text or '{}')"]));
  await two.openFile("broken.py");
  await two.run("singletree.run.document");
  await two.waitForLenses("Keep", 1);
  await two.screenshot("two-windows");
  await one.lenses("Keep").first().click();
  await one.waitForText("shapes.py", (now) => now === changed(text, SQUARE));
  await one.save();
  await two.lenses("Keep").first().click();
  await two.waitForText("broken.py", (now) => now.includes("text or '{}'"));
  await two.save();

  await two.openFile("shapes.py");
  assert.equal(await two.lenses("Keep").count(), 0, "what one window kept is not offered by the other");
  model.script(...proposes(SCALED));
  await two.run("singletree.run.document");
  await two.waitForLenses("Keep", 1);
  await two.lenses("Reject").first().click();
  await two.waitForLenses("Keep", 0);
  assert.equal(workspace.read("shapes.py"), changed(text, SQUARE));
}
