// The agent asks VS Code's own language servers, and what they would rename comes back as hunks.
import assert from "node:assert/strict";
import { Chat } from "../driver/chat.js";
import { calls, says } from "../driver/model.js";
import { until } from "../driver/waiting.js";

export default async function languageServers(scene) {
  const { model, workspace } = scene;
  const editor = await scene.open();
  await editor.openFile("broken.ts", 2);
  const diagnosed = (vscode, path) =>
    vscode.languages.getDiagnostics(vscode.Uri.file(path)).some(({ source }) => source === "ts");
  await until("TypeScript's diagnostic", () => editor.ask(diagnosed, workspace.at("broken.ts")));
  const chat = new Chat(editor);
  await chat.open();
  model.script(
    calls(["diagnostics", { path: "broken.ts" }], ["definition", { name: "broken.ts:2:width" }]),
    calls(["rename", { path: "broken.ts", line: 1, name: "width", new_name: "breadth" }]),
    says("Renamed."),
  );
  await chat.send("Call the width breadth");
  await chat.shows("Renamed.");
  await chat.idle();

  const [diagnostics, definition, rename] = model.toolResults();
  assert.match(diagnostics, /heigth/);
  assert.match(definition, /broken\.ts/);
  assert.ok(!/cannot|nothing/.test(rename), rename);
  await editor.waitForDrawn("breadth");
  await editor.screenshot("renamed-by-the-language-server");
  assert.ok(!workspace.read("broken.ts").includes("breadth"), "nothing is written before it is kept");
  await editor.focusFile();
  await editor.run("singletree.file.keep");
  await editor.waitForText("broken.ts", (now) => /breadth: number/.test(now) && /breadth \* heigth/.test(now));
}
