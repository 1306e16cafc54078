// Another extension finds none of the server's commands in VS Code, and what ours take for an argument it cannot make.
import assert from "node:assert/strict";
import { SQUARE, proposes } from "../driver/proposals.js";

export default async function commandsAreOurs(scene) {
  const { workspace, model } = scene;
  const text = workspace.read("shapes.py");
  model.script(...proposes(SQUARE));
  const editor = await scene.open();
  await editor.openFile("shapes.py");
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 1);
  const registered = await editor.ask((vscode) => vscode.commands.getCommands());
  const server = registered.filter((id) => /^singletree\.(run|stop|approve|review\.\w+)$/.test(id));
  assert.deepEqual(server, [], "the server's own commands are not registered");

  await editor.openFile("broken.py");
  const lenses = await editor.ask(async (vscode, path) => {
    const found = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", vscode.Uri.file(path), 100);
    const keep = found.find(({ command }) => command?.command === "singletree.change.keep");
    // As another extension would: with what it can read of the lens, copied.
    await vscode.commands.executeCommand(
      "singletree.change.keep",
      JSON.parse(JSON.stringify(keep.command.arguments[0])),
    );
    return found.length;
  }, workspace.at("shapes.py"));
  assert.ok(lenses > 0);
  await editor.openFile("shapes.py");
  await editor.waitForLenses("Keep", 1);
  assert.equal(await editor.text("shapes.py"), text);
}
