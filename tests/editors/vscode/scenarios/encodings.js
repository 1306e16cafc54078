// proves: encodings
// CRLF, characters outside of the basic plane and a last line without an end: every byte of the saved file.
import assert from "node:assert/strict";
import { proposes } from "../driver/proposals.js";

export default async function encodings(scene) {
  const { workspace, model } = scene;
  workspace.write("wide.py", "def f(x):\r\n    return x\r\n# 🌳𝒳 é");
  model.script(
    ...proposes(
      ["wide.py", "# 🌳𝒳 é", "# 🌳𝒳 é kept\nLAST = '𝒳'"],
      ["wide.py", "    return x\n", "    return x + '🌳'\n"],
    ),
  );
  const editor = await scene.open();
  await editor.openFile("wide.py");
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 2);
  await editor.run("singletree.file.keep");
  const kept = "def f(x):\r\n    return x + '🌳'\r\n# 🌳𝒳 é kept\r\nLAST = '𝒳'";
  await editor.waitForText("wide.py", (now) => now === kept);
  await editor.save();
  assert.equal(workspace.read("wide.py"), kept);
}
