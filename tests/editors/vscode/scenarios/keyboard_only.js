// proves: staged
// A review and a chat turn with a permission prompt, all by keyboard: the mouse is never used.
import assert from "node:assert/strict";
import { Chat } from "../driver/chat.js";
import { calls, says } from "../driver/model.js";
import { SCALED, SQUARE, changed, proposes } from "../driver/proposals.js";
import { until } from "../driver/waiting.js";

export default async function keyboardOnly(scene) {
  const { workspace, model } = scene;
  await scene.trust();
  const text = workspace.read("shapes.py");
  model.script(...proposes(SQUARE, SCALED));
  const editor = await scene.open();
  await editor.openFile("shapes.py");
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 2);
  assert.deepEqual(await editor.cursor(), [1, 1], "nothing that arrives moves the cursor");
  await editor.run("singletree.change.next");
  await until("the first hunk", async () => (await editor.cursor())[0] === 7);
  await editor.run("singletree.change.keep");
  await editor.waitForText("shapes.py", (now) => now === changed(text, SQUARE));
  await editor.run("singletree.change.next");
  await until("the second hunk", async () => (await editor.cursor())[0] === 11);
  await editor.run("singletree.change.reject");
  await editor.waitForLenses("Keep", 0);
  await editor.save();
  assert.equal(workspace.read("shapes.py"), changed(text, SQUARE));

  model.script(calls(["shell", { command: "touch made.txt" }]), says("It is made."));
  const chat = new Chat(editor);
  await editor.run("singletree.chat.open");
  await until("the keyboard in the composer", () => chat.composer.evaluate((field) => field.matches(":focus")));
  await editor.type("Make a file");
  await editor.press("Enter");
  const prompt = chat.frame.getByRole("group", { name: "Permission needed" });
  await prompt.waitFor();
  const allow = prompt.getByRole("button", { name: "Allow once" });
  await until("the keyboard on Allow once", async () => {
    await editor.press("Shift+Tab");
    return allow.evaluate((button) => button.matches(":focus-within, :focus"));
  });
  await editor.screenshot("keyboard-permission");
  await editor.press("Enter");
  await chat.shows("It is made.");
}
