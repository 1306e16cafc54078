// The lightbulb offers our fix on a real diagnostic of the built-in TypeScript server.
import assert from "node:assert/strict";
import { until } from "../driver/waiting.js";

export default async function lightbulbFix(scene) {
  const { workspace } = scene;
  scene.configure("rules");
  const editor = await scene.open();
  await editor.openFile("broken.ts", 2);
  const diagnosed = (vscode, path) => {
    const found = vscode.languages.getDiagnostics(vscode.Uri.file(path));
    return found.some(({ source, message }) => source === "ts" && message.includes("heigth"));
  };
  await until("TypeScript's diagnostic", () => editor.ask(diagnosed, workspace.at("broken.ts")));
  await editor.goTo(2, 20);
  await editor.codeAction("Singletree: fix");
  await editor.waitForLenses("Keep", 1);
  await editor.screenshot("lightbulb-fixed");
  await editor.lenses("Keep").first().click();
  await editor.waitForText("broken.ts", (now) => now.includes("width * height"));
  await editor.save();
  assert.equal(workspace.read("broken.ts").split("\n")[1], "  return width * height;");
  await until("the diagnostic to go", async () => !(await editor.ask(diagnosed, workspace.at("broken.ts"))));
}
