// proves: staged
// A command below a hunk that waits, in the same session: it is about the line where the cursor is, not about the one
// that has its number under the proposal.
import assert from "node:assert/strict";
import { SQUARE, proposes } from "../driver/proposals.js";

const [path, before] = SQUARE;
const LONGER = [path, before, "    square = radius * radius\n    # three\n    # lines\n    return pi * square\n"];

export default async function belowAHunk(scene) {
  const { model } = scene;
  model.script(...proposes(LONGER));
  const editor = await scene.open();
  await editor.openFile(path);
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 1);
  await editor.waitForDrawn("square = radius * radius");

  model.script();
  await editor.openFile(path, 10);
  await editor.run("singletree.run.document");
  await model.asked();
  const told = model.told();
  assert.ok(told.includes("  13| def scale_all"), "the model sees the proposal in place");
  const [, line] = /<task command=\\"document\\" path=\\"shapes.py\\" line=\\"(\d+)\\"(?!.*<task )/s.exec(told) ?? [];
  assert.equal(line, "13", told);
}
