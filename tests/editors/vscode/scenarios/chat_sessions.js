// The list of sessions: two are made, one is renamed, one deleted, and the other resumed.
import { Chat } from "../driver/chat.js";
import { says } from "../driver/model.js";
import { until } from "../driver/waiting.js";

export default async function chatSessions(scene) {
  const { model } = scene;
  const editor = await scene.open();
  const chat = new Chat(editor);
  await chat.open();
  for (const word of ["apple", "pear"]) {
    model.script(says(`About the ${word}.`));
    await chat.send(`Tell me of the ${word}`);
    await chat.shows(`About the ${word}.`);
    await chat.idle();
    await editor.run("singletree.chat.new");
    await chat.shows("What shall we work on?");
  }

  await editor.run("singletree.chat.sessions");
  const rows = chat.frame.getByRole("listitem").or(chat.frame.getByRole("option"));
  await rows.filter({ hasText: "apple" }).waitFor();
  await rows.filter({ hasText: "pear" }).waitFor();
  await editor.screenshot("chat-sessions");

  const pear = rows.filter({ hasText: "pear" });
  await pear.getByRole("button", { name: /Rename/ }).click();
  await chat.frame.getByRole("textbox", { name: "New title" }).fill("Of fruit");
  await chat.frame.getByRole("textbox", { name: "New title" }).press("Enter");
  await rows.filter({ hasText: "Of fruit" }).waitFor();

  await rows
    .filter({ hasText: "apple" })
    .getByRole("button", { name: /Delete/ })
    .click();
  await editor.screenshot("chat-session-delete");
  await chat.frame.getByRole("button", { name: "Delete", exact: true }).last().click();
  await until("the deleted session to go", async () => (await rows.filter({ hasText: "apple" }).count()) === 0);

  await rows.filter({ hasText: "Of fruit" }).getByText("Of fruit").click();
  await chat.shows("About the pear.");
}
