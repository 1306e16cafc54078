// proves: staged, undo, inline-diff
// A palette command proposes two hunks: one is kept, one rejected; undo takes the kept one back; what is saved is
// byte for byte what was kept, with the file's own line ends.
import assert from "node:assert/strict";
import { SCALED, SQUARE, changed, proposes } from "../driver/proposals.js";

export default async function keepOneRejectOne(scene) {
  const { workspace, model } = scene;
  const text = workspace.read("shapes.py");
  workspace.write("shapes_crlf.py", text.replaceAll("\n", "\r\n"));
  const editor = await scene.open();
  for (const [name, newline] of [
    ["shapes.py", "\n"],
    ["shapes_crlf.py", "\r\n"],
  ]) {
    const written = (content) => content.replaceAll("\n", newline);
    model.script(...proposes(...[SQUARE, SCALED].map(([, ...change]) => [name, ...change])));
    await editor.openFile(name);
    await editor.run("singletree.run.document");
    await editor.waitForLenses("Keep", 2);
    await editor.waitForDrawn("return pi * radius**2");
    await editor.screenshot(`inline-${newline === "\n" ? "lf" : "crlf"}`);
    assert.equal(await editor.text(name), written(text), "nothing that is proposed is in the buffer");
    assert.equal(workspace.read(name), written(text), "nor on disk");

    await editor.lenses("Keep").first().click();
    const kept = written(changed(text, SQUARE));
    await editor.waitForText(name, (now) => now === kept);
    // VS Code leaves the lens of a hunk that has gone where it was for a moment.
    await editor.waitForLenses("Keep", 1);
    await editor.lenses("Reject").first().click();
    await editor.waitForLenses("Keep", 0);
    assert.equal(await editor.text(name), kept, "a rejected hunk changes nothing");

    await editor.focusFile();
    await editor.press("Control+Z");
    await editor.waitForText(name, (now) => now === written(text));
    await editor.press("Control+Y");
    await editor.waitForText(name, (now) => now === kept);
    await editor.save();
    assert.equal(workspace.read(name), kept, "what is saved is what was kept");
  }
}
