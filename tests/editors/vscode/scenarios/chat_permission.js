// proves: permission
// Permission prompts in the chat: allowed once, then rejected with a reason that the model is told.
import assert from "node:assert/strict";
import { Chat } from "../driver/chat.js";
import { calls, says } from "../driver/model.js";

export default async function chatPermission(scene) {
  const { model, workspace } = scene;
  await scene.trust();
  const editor = await scene.open();
  const chat = new Chat(editor);
  await chat.open();
  const touch = (name) => calls(["shell", { command: `touch ${name}` }]);
  model.script(touch("first.txt"), touch("second.txt"), says("As you wish."));
  await chat.send("Make two files");

  const prompt = chat.frame.getByRole("group", { name: "Permission needed" });
  await prompt.getByText("touch first.txt").waitFor();
  await editor.screenshot("chat-permission");
  await prompt.getByRole("button", { name: "Allow once" }).click();

  const second = prompt.filter({ hasText: "touch second.txt" });
  await second.getByRole("button", { name: "Reject with a reason…" }).click();
  await second.getByRole("textbox").fill("one file is enough");
  await editor.screenshot("chat-permission-reason");
  await second.getByRole("button", { name: "Reject with this reason" }).click();
  await chat.shows("As you wish.");
  await chat.idle();
  const [allowed, rejected] = model.toolResults().slice(-2);
  assert.ok(!allowed.includes("refused"), allowed);
  assert.match(rejected, /one file is enough/);
  assert.equal(workspace.read("first.txt"), undefined, "a command writes into its workbench only");
  await editor.screenshot("chat-permission-answered");
}
