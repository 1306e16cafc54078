// How the inline diff and the chat look in dark, light and high contrast; the pictures are for people.
import { Chat } from "../driver/chat.js";
import { calls, says } from "../driver/model.js";
import { SCALED, SQUARE, proposes } from "../driver/proposals.js";
import { until } from "../driver/waiting.js";

const THEMES = {
  dark: ["Default Dark Modern", "vs-dark"],
  light: ["Default Light Modern", "vs"],
  "high-contrast": ["Default High Contrast", "hc-black"],
  "high-contrast-light": ["Default High Contrast Light", "hc-light"],
};

export default async function themes(scene) {
  await scene.trust();
  const editor = await scene.open();
  scene.model.script(
    ...proposes(SQUARE, SCALED),
    says(
      "The **area** is `pi * radius²`:\n\n```python\nreturn pi * radius**2  # squared\n```\n\n| shape | area |\n|---|---|\n| circle | π r² |",
    ),
    calls(["shell", { command: "touch made.txt" }]),
  );
  await editor.openFile("shapes.py");
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 2);
  const chat = new Chat(editor);
  await chat.open();
  await chat.send("What is the area of a circle?");
  await chat.shows("squared");
  await chat.idle();
  await chat.send("Make a file");
  await chat.frame.getByRole("group", { name: "Permission needed" }).waitFor();
  for (const [name, [theme, kind]] of Object.entries(THEMES)) {
    const set = (vscode, value) => vscode.workspace.getConfiguration("workbench").update("colorTheme", value, true);
    await editor.ask(set, theme);
    await until(theme, () => editor.page.locator(`.monaco-workbench.${kind}`).isVisible());
    await chat.frame.locator(`body[data-vscode-theme-kind]`).waitFor();
    await editor.screenshot(`theme-${name}`);
  }
}
