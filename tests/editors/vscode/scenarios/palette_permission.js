// proves: permission
// A command of the palette that needs a permission: the status bar says so, and the whole question comes in a dialogue
// when the user asks for it. Nobody's focus is taken meanwhile.
import assert from "node:assert/strict";
import { calls, says } from "../driver/model.js";

export default async function palettePermission(scene) {
  const { model } = scene;
  await scene.trust();
  model.script(calls(["shell", { command: "touch first.txt" }]), says("Made."));
  const editor = await scene.open();
  await editor.openFile("shapes.py", 4);
  await editor.waitForServer("shapes.py");
  await editor.run("singletree.run.edit");
  await editor.answer("make a file");
  await editor.page.locator(".statusbar-item", { hasText: "Singletree asks" }).waitFor();
  await editor.screenshot("palette-permission");
  await editor.press("End");
  assert.deepEqual((await editor.cursor())[0], 4, "the keyboard is still in the file");

  await editor.run("singletree.answer");
  const dialogue = editor.page.locator(".monaco-dialog-box", { hasText: "touch first.txt" });
  await dialogue.waitFor();
  await editor.screenshot("palette-permission-dialogue");
  await dialogue.getByRole("button", { name: "Allow once" }).click();
  await model.asked(2);
  assert.ok(!model.toolResults()[0].includes("refused"), model.toolResults()[0]);
}
