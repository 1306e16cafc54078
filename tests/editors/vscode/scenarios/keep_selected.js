// proves: staged, undo
// Several hunks at once, by a selection and by several cursors: one decision, which one undo takes back. One that was
// typed over stays, and it is said.
import assert from "node:assert/strict";
import { SCALED, SQUARE, changed, proposes } from "../driver/proposals.js";

const FILE = "shapes.py";
const IMPORT = [FILE, "from math import pi\n", "from math import pi, tau\n"];

export default async function keepSelected(scene) {
  const { workspace, model } = scene;
  const text = workspace.read(FILE);
  model.script(...proposes(IMPORT, SQUARE, SCALED));
  const editor = await scene.open();
  await editor.openFile(FILE);
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 3);
  const is = (expected) => editor.waitForText(FILE, (now) => now === expected);
  const says = (words) => editor.page.locator(".statusbar-item", { hasText: words }).first().waitFor();

  // A selection over two of the three.
  await editor.select(1, 8);
  await editor.press("Control+K", "y");
  const two = changed(changed(text, IMPORT), SQUARE);
  await is(two);
  await says("2 kept");
  await editor.waitForLenses("Keep", 1);
  await editor.run("singletree.undo");
  await is(text);
  await editor.waitForLenses("Keep", 3);

  // A cursor in each of two that are not side by side.
  await editor.focusFile();
  await cursors(editor, [1, 11]);
  await editor.press("Control+K", "n");
  await editor.waitForLenses("Keep", 1);
  await editor.run("singletree.undo");
  await editor.waitForLenses("Keep", 3);
  assert.equal(await editor.text(FILE), text, "a rejected hunk changes nothing");

  // One of the selected was typed over.
  await editor.focusFile();
  await editor.goTo(7, 32);
  await editor.type("3");
  await editor.waitForLenses("Keep", 2);
  const typed = await editor.text(FILE);
  await editor.select(1, 11);
  await editor.press("Control+K", "y");
  const kept = changed(changed(typed, IMPORT), SCALED);
  await is(kept);
  await says("In conflict with your text: 1 (line 7)");
  await editor.screenshot("keep-selected-conflict");
  await editor.waitForLenses("Reject", 1);
  await editor.press("Control+Z");
  await is(typed);
  await editor.press("Control+Y");
  await is(kept);
}

/** Puts cursors on 1-based lines, as Alt and clicks do. */
const cursors = (editor, lines) =>
  editor.ask((vscode, wanted) => {
    const at = wanted.map((line) => new vscode.Position(line - 1, 0));
    vscode.window.activeTextEditor.selections = at.map((place) => new vscode.Selection(place, place));
    return true;
  }, lines);
