// Starts the server's commands where the user stands.

import { commands, Disposable, l10n, languages, window, type TextEditor } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import type { Ctx } from "../ctx";
import { SERVER, type RunArguments, type ServerCommand, type Started } from "../protocol";
import { say } from "../review/decide";
import { CATALOGUE, commandId, entryOf, type CatalogueEntry } from "./catalogue";
import { askForWords } from "./words";

export function registerRunCommands(ctx: Ctx): Disposable {
  const own = CATALOGUE.map((entry) => commands.registerCommand(commandId(entry), () => runHere(ctx, entry)));
  return Disposable.from(
    ...own,
    commands.registerCommand("singletree.runCommand", () => choose(ctx)),
    commands.registerCommand("singletree.stopTurn", () => stop(ctx)),
  );
}

/** Runs a command at the cursor or on the selection. */
async function runHere(ctx: Ctx, entry: CatalogueEntry | ServerCommand): Promise<void> {
  const known = "id" in entry ? entry : undefined;
  const editor = known?.isPlaceless ? undefined : window.activeTextEditor;
  const argument: RunArguments = { command: entry.name };
  if (editor) {
    const client = await ctx.client();
    if (!client) {
      return;
    }
    Object.assign(argument, place(client, editor, entry.name));
  }
  if (known?.needsWords) {
    const prompt = await askForWords(title(entry.name), editor);
    if (prompt === undefined) {
      return;
    }
    argument.prompt = prompt;
  }
  await start(ctx, argument);
}

/** Where the user is: the selection, and for *fix* what is wrong there. */
function place(client: LanguageClient, editor: TextEditor, command: string): Partial<RunArguments> {
  const { document, selection } = editor;
  const convert = client.code2ProtocolConverter;
  const here: Partial<RunArguments> = {
    textDocument: { uri: convert.asUri(document.uri) },
    range: convert.asRange(selection),
  };
  if (command === "fix") {
    // On a selection, what is wrong in it; at a cursor, what is wrong on its line.
    const found = languages.getDiagnostics(document.uri).filter(({ range }) =>
      selection.isEmpty
        ? range.start.line <= selection.active.line && selection.active.line <= range.end.line
        : range.intersection(selection) !== undefined,
    );
    here.diagnostics = found.map((diagnostic) => convert.asDiagnostic(diagnostic));
  }
  return here;
}

/** Starts a turn; a refusal is said in the server's own words. */
export async function start(ctx: Ctx, argument: RunArguments): Promise<void> {
  try {
    ctx.turns.began(argument.command, await ctx.execute<Started>(SERVER.run, argument));
  } catch (error) {
    ctx.refused(error);
  }
}

const title = (name: string): string => {
  switch (name) {
    case "ask":
      return l10n.t("Ask Singletree");
    case "refactor":
      return l10n.t("How shall Singletree refactor this?");
    default:
      return l10n.t("What shall Singletree change?");
  }
};

/** Every command there is, the user's own from Markdown files among them. */
async function choose(ctx: Ctx): Promise<void> {
  const known = CATALOGUE.map(({ name, icon }) => ({ name, label: `$(${icon}) ${name}`, description: "" }));
  const more = await theirs(ctx);
  const items = more.map(({ name, description }) => ({
    name,
    label: `$(${entryOf(name)?.icon ?? "terminal"}) ${name}`,
    description: description ?? "",
  }));
  const chosen = await window.showQuickPick(items.length > 0 ? items : known, {
    title: l10n.t("Run a Singletree command"),
    matchOnDescription: true,
  });
  if (chosen) {
    await runHere(ctx, entryOf(chosen.name) ?? { name: chosen.name });
  }
}

/** What the server says it has; nothing from one that cannot tell. */
async function theirs(ctx: Ctx): Promise<readonly ServerCommand[]> {
  try {
    return (await ctx.execute<{ commands: ServerCommand[] }>(SERVER.commands)).commands;
  } catch (error) {
    ctx.log.debug(String(error));
    return [];
  }
}

async function stop(ctx: Ctx): Promise<void> {
  try {
    await ctx.execute(SERVER.stop);
    say(l10n.t("Stopped."));
  } catch (error) {
    ctx.refused(error);
  }
}
