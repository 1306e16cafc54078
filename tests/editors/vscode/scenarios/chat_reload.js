// A window is reloaded, once between turns and once in the middle of one: all that was said is there, and goes on.
import { Chat } from "../driver/chat.js";
import { held, says } from "../driver/model.js";

export default async function chatReload(scene) {
  const { model } = scene;
  const editor = await scene.open();
  let chat = new Chat(editor);
  await chat.open();
  model.script(says("The first answer."));
  await chat.send("The first question");
  await chat.shows("The first answer.");
  await chat.idle();

  await editor.reload();
  chat = new Chat(editor);
  await chat.open();
  await chat.shows("The first answer.");
  await editor.screenshot("chat-reloaded");

  const running = held(says("Half of the second"), says(" and its end."));
  model.script(running);
  await chat.send("The second question");
  await chat.shows("Half of the second");
  await editor.reload();
  chat = new Chat(editor);
  await chat.open();
  await chat.shows("The second question");
  await chat.frame.getByText("The turn ended: it was stopped", { exact: true }).waitFor();
  await editor.screenshot("chat-reloaded-mid-turn");
  running.release();
  await chat.idle();
  model.script(says("The third answer."));
  await chat.send("The third question");
  await chat.shows("The third answer.");
}
