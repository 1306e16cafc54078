// Autosave writes nothing that is not kept; format on save neither eats hunks nor makes any.
import assert from "node:assert/strict";
import { until } from "../driver/waiting.js";
import { calls, says } from "../driver/model.js";

const FILE = "web/src/cart.ts";
const TYPED = "export const typed = 1;\n";
const TOTAL = [
  "reduce((sum, item) => sum + item.price * item.quantity, 0)",
  "reduce((sum, { price, quantity }) => sum + price * quantity, 0)",
];

export default async function autosaveAndFormat(scene) {
  const { workspace, model } = scene;
  // As the formatter of TypeScript leaves it.
  const text = workspace.read(FILE).replace(") {}", ") { }");
  workspace.write(FILE, text);
  model.script(
    calls(["read", { path: FILE }]),
    calls(["edit", { path: FILE, old_text: TOTAL[0], new_text: TOTAL[1] }]),
    says("Done."),
  );
  const editor = await scene.open({
    "files.autoSave": "afterDelay",
    "files.autoSaveDelay": 100,
    "editor.formatOnSave": true,
  });
  await editor.openFile(FILE);
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 1);

  // Something of the user's that autosave does write, and with it everything that would have been due before.
  await editor.goTo(1);
  await editor.type(TYPED);
  await until("autosave", () => workspace.read(FILE) === `${TYPED}${text}`);

  // A save by hand formats: the odd blanks go, the hunk stays as it is.
  await editor.goTo(2);
  await editor.type("export   const   vat=0.2;\n");
  // VS Code drops a save by hand that comes while it saves the same text by itself, and formatting with it.
  await until("autosave again", () => workspace.read(FILE).includes("export   const   vat=0.2;\n"));
  await editor.saved();
  await editor.save();
  await until("the formatted file", () => workspace.read(FILE).includes("export const vat = 0.2;\n"));
  assert.equal(workspace.read(FILE).includes(TOTAL[1]), false, "nothing unkept is written");
  await editor.waitForLenses("Keep", 1);

  await editor.lenses("Keep").first().click();
  const kept = `${TYPED}export const vat = 0.2;\n${text.replace(TOTAL[0], TOTAL[1])}`;
  await until("what was kept, saved by itself", () => workspace.read(FILE) === kept);
  await editor.waitForLenses("Keep", 0);
}
