// First steps: the walkthrough, and a file to try things on without a key or a network.

import { commands, Disposable, l10n, Uri, window, workspace, type ExtensionContext } from "vscode";

import { start } from "./commands/run";
import type { Ctx } from "./ctx";
import { pickModel } from "./models";
import { say } from "./review/decide";

const DEMO = "singletree_demo.py";
/** A name that is not imported, which the built-in rules know how to repair. */
const TEXT = `def load(text):
    return json.loads(text)


def circle_area(radius):
    return 3.14159 * radius * radius
`;
const WRONG = { start: { line: 1, character: 11 }, end: { line: 1, character: 15 } };

export function registerFirstSteps(ctx: Ctx): Disposable {
  return Disposable.from(
    commands.registerCommand("singletree.tryDemo", () => tryDemo(ctx)),
    commands.registerCommand("singletree.pickModel", () => pickModel(ctx)),
    commands.registerCommand("singletree.openWalkthrough", () =>
      commands.executeCommand("workbench.action.openWalkthrough", "singletree.singletree#singletree.start"),
    ),
  );
}

/** Opens the demo file, in the folder that is open or else in one of our own, and has it fixed and documented. */
async function tryDemo(ctx: Ctx): Promise<void> {
  const uri = Uri.joinPath(await demoFolder(ctx.extension), DEMO);
  if (!(await exists(uri))) {
    await workspace.fs.writeFile(uri, Buffer.from(TEXT));
  }
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document);
  if (document.getText() !== TEXT) {
    say(l10n.t("{0} is there already, and is not the demo any more.", DEMO));
    return;
  }
  const client = await ctx.client();
  if (client) {
    const here = { textDocument: { uri: client.code2ProtocolConverter.asUri(uri) }, model: "rules" };
    const message = '"json" is not defined';
    const diagnostics = [{ range: WRONG, message, severity: 1 as const, source: "Singletree demo" }];
    await start(ctx, { command: "fix", range: WRONG, diagnostics, ...here });
    const function_ = { line: 4, character: 0 };
    await start(ctx, { command: "document", range: { start: function_, end: function_ }, ...here });
  }
}

async function demoFolder({ globalStorageUri }: ExtensionContext): Promise<Uri> {
  const [folder] = workspace.workspaceFolders ?? [];
  if (folder) {
    return folder.uri;
  }
  await workspace.fs.createDirectory(globalStorageUri);
  return globalStorageUri;
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
