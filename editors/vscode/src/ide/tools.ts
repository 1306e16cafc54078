// What the user's other language servers know, for the agent: served to our own server on its request, bounded, and
// only for the workspace's files and untitled ones. Nothing is applied here: the server stages edits as hunks.

import { commands, DiagnosticSeverity, languages, Uri, workspace, type Diagnostic, type WorkspaceEdit } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type * as vscode from "vscode";

import {
  ideMethod,
  type IdeDiagnostics,
  type IdeFormat,
  type IdeLocations,
  type IdePlace,
  type IdeRename,
  type IdeSymbols,
  type Range,
} from "../protocol";
import { atMost, flatten, isLinks } from "./bounds";

/** Answers are for a model to read: more than this many of anything is no answer. */
const MOST = 200;
const MOST_FILES = 50;

export function serveIdeTools(client: LanguageClient): void {
  const tools = new IdeTools(client);
  client.onRequest(ideMethod("diagnostics"), (params: { uri?: string }) => tools.diagnostics(params));
  client.onRequest(ideMethod("definition"), (params: IdePlace) =>
    tools.locations("vscode.executeDefinitionProvider", params),
  );
  client.onRequest(ideMethod("references"), (params: IdePlace) =>
    tools.locations("vscode.executeReferenceProvider", params),
  );
  client.onRequest(ideMethod("symbols"), (params: { query?: string; uri?: string }) => tools.symbols(params));
  client.onRequest(ideMethod("rename"), (params: IdePlace & { newName: string }) => tools.rename(params));
  client.onRequest(ideMethod("format"), (params: { uri: string; range?: Range }) => tools.format(params));
}

class IdeTools {
  constructor(private readonly client: LanguageClient) {}

  diagnostics({ uri }: { uri?: string }): IdeDiagnostics {
    const wanted: [Uri, readonly Diagnostic[]][] =
      uri === undefined
        ? languages.getDiagnostics().filter(([file]) => isOurs(file))
        : [[inside(uri), languages.getDiagnostics(inside(uri))]];
    // The worst first, in case there are too many.
    const worst = ([, found]: [Uri, readonly Diagnostic[]]) =>
      Math.min(DiagnosticSeverity.Hint, ...found.map(({ severity }) => severity));
    const files = wanted.filter(([, found]) => found.length > 0 || uri !== undefined);
    files.sort((left, right) => worst(left) - worst(right));
    return {
      files: atMost(MOST_FILES, files).map(([file, found]) => ({
        uri: file.toString(),
        version: workspace.textDocuments.find((document) => document.uri.toString() === file.toString())?.version ?? null,
        diagnostics: atMost(MOST, found).map((diagnostic) => this.client.code2ProtocolConverter.asDiagnostic(diagnostic)),
      })),
    };
  }

  async locations(provider: string, { uri, position }: IdePlace): Promise<IdeLocations> {
    const at = this.client.protocol2CodeConverter.asPosition(position);
    const found = await run<(vscode.Location | vscode.LocationLink)[]>(provider, inside(uri), at);
    const locations = (found ?? []).map((place) =>
      isLinks(place)
        ? { uri: place.targetUri, range: place.targetSelectionRange ?? place.targetRange }
        : { uri: place.uri, range: place.range },
    );
    // Definitions in a library are worth knowing; reading them is for the server's own rules to allow.
    return { locations: atMost(MOST, locations).map((place) => this.location(place)) };
  }

  async symbols({ query, uri }: { query?: string; uri?: string }): Promise<IdeSymbols> {
    if (uri !== undefined) {
      const file = inside(uri);
      const found = await run<(vscode.DocumentSymbol | vscode.SymbolInformation)[]>(
        "vscode.executeDocumentSymbolProvider",
        file,
      );
      return this.named(flatten(found ?? [], file));
    }
    const found = await run<vscode.SymbolInformation[]>("vscode.executeWorkspaceSymbolProvider", query ?? "");
    const ours = (found ?? []).filter(({ location }) => isOurs(location.uri));
    return this.named(ours);
  }

  async rename({ uri, position, newName }: IdePlace & { newName: string }): Promise<IdeRename> {
    const at = this.client.protocol2CodeConverter.asPosition(position);
    const edit = await run<WorkspaceEdit>("vscode.executeDocumentRenameProvider", inside(uri), at, newName);
    if (!edit || edit.size === 0) {
      return { edit: null };
    }
    const changes = edit.entries().filter(([file]) => isOurs(file));
    const asEdits = this.client.code2ProtocolConverter;
    return {
      edit: { changes: Object.fromEntries(changes.map(([file, edits]) => [file.toString(), edits.map((each) => asEdits.asTextEdit(each))])) },
    };
  }

  async format({ uri, range }: { uri: string; range?: Range }): Promise<IdeFormat> {
    const file = inside(uri);
    const document = await workspace.openTextDocument(file);
    const settings = workspace.getConfiguration("editor", document);
    const options = {
      tabSize: settings.get<number>("tabSize", 4),
      insertSpaces: settings.get<boolean>("insertSpaces", true),
    };
    const edits = range
      ? await run<vscode.TextEdit[]>(
          "vscode.executeFormatRangeProvider",
          file,
          this.client.protocol2CodeConverter.asRange(range),
          options,
        )
      : await run<vscode.TextEdit[]>("vscode.executeFormatDocumentProvider", file, options);
    return { edits: (edits ?? []).map((edit) => this.client.code2ProtocolConverter.asTextEdit(edit)) };
  }

  private named(symbols: readonly { name: string; kind: number; containerName: string; location: vscode.Location }[]) {
    return {
      symbols: atMost(MOST, symbols).map(({ name, kind, containerName, location }) => ({
        name,
        // LSP counts kinds from one.
        kind: (kind + 1) as IdeSymbols["symbols"][number]["kind"],
        ...(containerName === "" ? {} : { containerName }),
        location: this.location(location),
      })),
    };
  }

  private location({ uri, range }: { uri: Uri; range: vscode.Range }) {
    return { uri: uri.toString(), range: this.client.code2ProtocolConverter.asRange(range) };
  }
}

const run = <Answer>(command: string, ...argument: unknown[]): Thenable<Answer | undefined> =>
  commands.executeCommand<Answer | undefined>(command, ...argument);

const isOurs = (uri: Uri): boolean =>
  uri.scheme === "untitled" || (uri.scheme === "file" && workspace.getWorkspaceFolder(uri) !== undefined);

/** A file that the agent may ask about. */
function inside(uri: string): Uri {
  const file = Uri.parse(uri, true);
  if (!isOurs(file)) {
    throw new Error(`${uri} is outside the workspace; only its own files and untitled ones are asked about`);
  }
  return file;
}
