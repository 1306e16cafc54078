// proves: stale
// A file whose text is replaced as a whole, by another extension, by reverting it or on disk: every hunk is drawn where
// its lines are now, and that is what a Keep at the cursor means.
import assert from "node:assert/strict";
import { SCALED, SQUARE, changed, proposes } from "../driver/proposals.js";
import { until } from "../driver/waiting.js";

const FILE = "shapes.py";

export default async function rewrittenFiles(scene) {
  const { workspace, model } = scene;
  const text = workspace.read(FILE);
  model.script(...proposes(SQUARE, SCALED));
  const editor = await scene.open();
  await editor.openFile(FILE);
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 2);

  const rewritten = `# one\n# two\n${text}# the end\n`;
  await replaceAll(editor, rewritten);
  await editor.waitForText(FILE, (now) => now === rewritten);
  await areInPlace(editor, workspace, rewritten, [SQUARE, SCALED], "rewritten-by-an-extension");

  await editor.command("File: Revert File");
  await editor.waitForText(FILE, (now) => now === text);
  await areInPlace(editor, workspace, text, [SQUARE, SCALED], "reverted");

  const outside = `# one\n${text.replace("def scale_all", "# two\n\n\ndef scale_all")}# the end\n`;
  workspace.write(FILE, outside);
  await editor.waitForText(FILE, (now) => now === outside);
  await areInPlace(editor, workspace, outside, [SQUARE, SCALED], "changed-on-disk");

  // While its tab is closed nobody tells the editor.
  await editor.openFile("broken.py");
  await editor.command("View: Close Other Editors in Group");
  await until("the file to be closed", async () => (await editor.text(FILE)) === undefined);
  const closed = `# closed\n${outside}`;
  workspace.write(FILE, closed);
  await editor.openFile(FILE);
  await areInPlace(editor, workspace, closed, [SQUARE, SCALED], "changed-while-closed");

  // The very next command after the text was replaced keeps what is at the cursor then.
  const again = `# again\n${closed}\n# the end\n`;
  await replaceAll(editor, again, { command: "singletree.change.keep", line: lineOf(again, SCALED) });
  const kept = changed(again, SCALED);
  await editor.waitForText(FILE, (now) => now !== again);
  assert.equal(await editor.text(FILE), kept, "kept at the cursor");
  await areInPlace(editor, workspace, kept, [SQUARE], "kept-after-rewriting");
}

/** As an extension would: one edit over all of the text of the file in front. Then a command at a line, if one is given. */
const replaceAll = (editor, text, then) =>
  editor.ask(
    async (vscode, replacement, next) => {
      const active = vscode.window.activeTextEditor;
      const all = new vscode.Range(0, 0, active.document.lineCount, 0);
      await active.edit((edit) => edit.replace(all, replacement));
      if (next) {
        const at = new vscode.Position(next.line - 1, 0);
        active.selection = new vscode.Selection(at, at);
        await vscode.commands.executeCommand(next.command);
      }
      return true;
    },
    text,
    then,
  );

/** The 1-based line on which a change stands. */
const lineOf = (text, [, old]) => text.slice(0, text.indexOf(old)).split("\n").length;

/** Waits until the lenses, and what is drawn in the text, are where these changes' old lines are. */
async function areInPlace(editor, workspace, text, changes, picture) {
  const expected = changes.map((change) => lineOf(text, change));
  let lenses;
  try {
    await until("the lenses at their lines", async () => {
      lenses = await editor.lensLines("Keep", workspace.at(FILE));
      return JSON.stringify(lenses) === JSON.stringify(expected);
    });
    for (const [, old, text] of changes) {
      const [line] = old.split("\n");
      await until(`what is drawn beside “${line.trim()}”`, async () =>
        (await editor.drawnOn(line.trim())).some((drawn) => drawn.includes(text.split("\n")[0].trim())),
      );
    }
  } catch (problem) {
    throw new Error(`${picture}: lenses in lines ${lenses}, expected ${expected}`, { cause: problem });
  }
  await editor.waitForLenses("Keep", changes.length);
  await editor.screenshot(picture);
}
