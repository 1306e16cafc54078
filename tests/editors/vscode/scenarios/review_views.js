// The same review in its other views: the tree with its counts, the diff editor with Keep there, the multi-diff
// editor for everything, and the walk from one hunk to the next.
import assert from "node:assert/strict";
import { SCALED, SQUARE, changed, proposes } from "../driver/proposals.js";
import { until } from "../driver/waiting.js";

const IMPORT = ["broken.py", "def load(text):\n", "import json\n\n\ndef load(text):\n"];

export default async function reviewViews(scene) {
  const { workspace, model } = scene;
  const text = workspace.read("shapes.py");
  model.script(...proposes(SQUARE, SCALED, IMPORT));
  const editor = await scene.open();
  await editor.openFile("shapes.py");
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 2);

  await editor.openSideBar();
  await editor.changes("shapes.py").first().waitFor();
  await editor.changes("broken.py").first().waitFor();
  await editor.screenshot("tree");

  await editor.focusFile();
  await editor.goTo(1);
  const walked = [];
  for (let nth = 0; nth < 3; nth += 1) {
    const before = JSON.stringify([await editor.activeFile(), await editor.cursor()]);
    await editor.run("singletree.change.next");
    await until(
      "the next hunk",
      async () => JSON.stringify([await editor.activeFile(), await editor.cursor()]) !== before,
    );
    walked.push([(await editor.activeFile()).slice(workspace.path.length + 1), (await editor.cursor())[0]]);
  }
  assert.deepEqual(walked.toSorted(), [
    ["broken.py", 1],
    ["shapes.py", 11],
    ["shapes.py", 7],
  ]);
  await editor.run("singletree.change.previous");
  await until(
    "the hunk before",
    async () =>
      (await editor.cursor())[0] !== walked[2][1] || (await editor.activeFile()) !== workspace.at(walked[2][0]),
  );

  await editor.openFile("shapes.py", 7);
  await editor.run("singletree.change.show");
  const diff = editor.page.locator(".monaco-diff-editor");
  await diff.getByText("radius**2").first().waitFor();
  await editor.screenshot("diff-editor");
  await editor.run("singletree.change.keep");
  await editor.waitForText("shapes.py", (now) => now === changed(text, SQUARE));
  await editor.screenshot("diff-editor-kept");

  await editor.run("singletree.all.show");
  await editor.page.locator(".multi-diff-root-view, .multiDiffEntry").first().waitFor();
  await editor.screenshot("multi-diff");
  await editor.run("singletree.all.keep");
  await editor.waitForText("shapes.py", (now) => now === changed(changed(text, SQUARE), SCALED));
  await until("the other file", async () =>
    ((await editor.text("broken.py")) ?? workspace.read("broken.py")).startsWith("import json"),
  );
}
