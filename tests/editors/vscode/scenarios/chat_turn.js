// proves: chat
// A turn in the chat: an answer that streams, a file that is mentioned, a slash command, a proposal opened from there.
import assert from "node:assert/strict";
import { Chat } from "../driver/chat.js";
import { held, says } from "../driver/model.js";
import { SQUARE, proposes } from "../driver/proposals.js";

export default async function chatTurn(scene) {
  const { model } = scene;
  const editor = await scene.open();
  const chat = new Chat(editor);
  await chat.open();

  const answer = held(
    says("The area is `pi * radius²`.\n\n```python\ndef circle_area(radius):\n    return pi * radius**2\n```\n\n"),
    says("That is **all** of it."),
  );
  model.script(answer);
  await chat.write("What does @shapes");
  await chat.frame
    .getByRole("option", { name: /shapes\.py/ })
    .first()
    .click();
  await chat.composer.pressSequentially("compute?");
  await chat.composer.press("Enter");
  await chat.shows("The area is");
  await chat.button("Stop").waitFor();
  assert.equal(await chat.frame.getByText("That is").count(), 0, "the second half is not there yet");
  await editor.screenshot("chat-streaming");
  answer.release();
  await chat.shows("That is");
  await chat.idle();
  await editor.screenshot("chat-answer");
  assert.ok(model.told().includes("def circle_area"), "the file that was mentioned goes with the message");
  assert.ok(model.told().includes("compute?"));

  await chat.write("/cos");
  await chat.frame.getByRole("option", { name: /cost/ }).first().waitFor();
  await editor.screenshot("chat-slash");
  await chat.composer.press("Enter");
  await chat.composer.press("Enter");
  await chat.shows(/tokens/i);
  await chat.idle();
  assert.equal(model.requests.length, 1, "/cost is answered by the server");

  model.script(...proposes(SQUARE));
  await chat.send("Use the power operator in shapes.py");
  await chat.shows("Done.");
  await chat.idle();
  await editor.screenshot("chat-proposal");
  await chat.frame.getByRole("button", { name: "Review changes" }).first().click();
  await editor.page.locator(".monaco-diff-editor").getByText("radius**2").first().waitFor();
  await editor.screenshot("chat-review-opened");
}
