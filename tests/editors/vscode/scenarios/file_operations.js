// proves: files
// A file that is proposed to be created, one to be renamed, one to be deleted: nothing happens on disk before Keep.
import assert from "node:assert/strict";
import { calls, says } from "../driver/model.js";
import { until } from "../driver/waiting.js";

const PLAN = "# Plan\n\n- é 🌳\n";

export default async function fileOperations(scene) {
  const { workspace, model } = scene;
  const text = workspace.read("shapes.py");
  model.script(
    calls(["read", { path: "shapes.py" }], ["read", { path: "broken.py" }]),
    calls(
      ["write", { path: "docs/plan.md", text: PLAN }],
      ["move", { from: "shapes.py", to: "geometry/shapes.py" }],
      ["delete", { path: "broken.py" }],
    ),
    says("Done."),
  );
  const editor = await scene.open();
  await editor.openFile("shapes.py");
  await editor.run("singletree.run.document");
  await editor.openSideBar();
  for (const name of ["plan.md", "shapes.py", "broken.py"]) {
    await editor.changes(name).first().waitFor();
  }
  await editor.screenshot("file-operations");
  assert.equal(workspace.read("docs/plan.md"), undefined);
  assert.equal(workspace.read("shapes.py"), text);

  await editor.run("singletree.all.show");
  await editor.page.locator(".multiDiffEntry").first().waitFor();
  await editor.screenshot("file-operations-multi-diff");

  await editor.run("singletree.all.keep");
  await until("the new file", () => workspace.read("docs/plan.md") === PLAN);
  await until(
    "the renamed file",
    () => workspace.read("geometry/shapes.py") === text && workspace.read("shapes.py") === undefined,
  );
  await until("the deleted file to go", () => workspace.read("broken.py") === undefined);
  await until("the tree to empty", async () => (await editor.changes("plan.md").count()) === 0);
}
