// What the editor knows and the user mentions (selection, diagnostics, diff, terminal), and code put at the cursor.

import {
  DiagnosticSeverity,
  Selection,
  extensions,
  languages,
  window,
  workspace,
  type Diagnostic,
  type TextEditor,
  type Uri,
} from "vscode";

import type { Attachment, Resolvable } from "./protocol";
import { fill, type StringTable } from "./strings";
import type { TerminalLog } from "./terminal";

/** The most of a mention that goes along: a bound on what the view and the prompt carry. */
const MOST_TEXT = 200_000;

/** The mention's text as it is now, or a sentence saying why there is none. */
export async function resolve(what: Resolvable, terminal: TerminalLog, words: StringTable): Promise<Attachment | string> {
  switch (what) {
    case "selection":
      return selection(words);
    case "diagnostics":
      return embedded("@diagnostics", "singletree:diagnostics", diagnostics(), words.nothingDiagnosed, words);
    case "diff":
      return embedded("@diff", "singletree:diff", await gitDiff(), words.nothingChanged, words, "text/x-diff");
    case "terminal":
      return embedded("@terminal", "singletree:terminal", terminal.text(), words.nothingPrinted, words);
  }
}

export function selection(words: StringTable): Attachment | string {
  const editor = window.activeTextEditor;
  if (!editor || editor.selection.isEmpty) return words.nothingSelected;
  const { start, end } = editor.selection;
  // A selection that ends at the start of a line does not hold that line.
  const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  const name = workspace.asRelativePath(editor.document.uri);
  const lines = `${start.line + 1}-${last}`;
  return embedded(
    `${name}:${lines}`,
    `${editor.document.uri.toString()}#L${lines}`,
    editor.document.getText(editor.selection),
    words.nothingSelected,
    words,
  );
}

function embedded(
  label: string,
  uri: string,
  text: string,
  none: string,
  words: StringTable,
  mimeType = "text/plain",
): Attachment | string {
  if (text.trim() === "") return none;
  const short = text.length > MOST_TEXT;
  return {
    label: short ? fill(words.shortened, label) : label,
    block: { type: "resource", resource: { uri, text: short ? text.slice(0, MOST_TEXT) : text, mimeType } },
  };
}

function diagnostics(): string {
  return languages
    .getDiagnostics()
    .flatMap(([uri, found]) => found.filter(isTrouble).map((one) => diagnosticLine(uri, one)))
    .join("\n");
}

/** Hints are left out: our own hunks are told that way to plain clients. */
function isTrouble(diagnostic: Diagnostic): boolean {
  return diagnostic.severity <= DiagnosticSeverity.Warning;
}

function diagnosticLine(uri: Uri, { severity, range, message, source }: Diagnostic): string {
  const kind = severity === DiagnosticSeverity.Error ? "error" : "warning";
  const place = `${workspace.asRelativePath(uri)}:${range.start.line + 1}:${range.start.character + 1}`;
  return `${place}: ${kind}: ${message}${source ? ` [${source}]` : ""}`;
}

/** What is used of the built-in Git extension's published API. */
interface GitExtension {
  getAPI(version: 1): { repositories: { diff(cached?: boolean): Promise<string> }[] };
}

async function gitDiff(): Promise<string> {
  const git = extensions.getExtension<GitExtension>("vscode.git");
  if (!git) return "";
  const { repositories } = (await git.activate()).getAPI(1);
  const parts = await Promise.all(repositories.flatMap((one) => [one.diff(true), one.diff(false)]));
  return parts.filter(Boolean).join("\n");
}

/** Replaces the selection of the active editor as one step of its undo, and shows the editor. */
export async function insertAtCursor(text: string, words: StringTable): Promise<string | undefined> {
  const editor = window.activeTextEditor;
  if (!editor) return words.noEditor;
  const code = indented(text.replace(/\n$/, ""), leading(editor));
  const done = await editor.edit((edit) => edit.replace(editor.selection, code));
  if (!done) return words.noEditor;
  editor.selection = new Selection(editor.selection.end, editor.selection.end);
  const column = editor.viewColumn === undefined ? {} : { viewColumn: editor.viewColumn };
  await window.showTextDocument(editor.document, { ...column, preserveFocus: false });
  return undefined;
}

/** The white space before the cursor, if there is nothing else. */
function leading(editor: TextEditor): string {
  const { start } = editor.selection;
  const before = editor.document.lineAt(start.line).text.slice(0, start.character);
  return /^\s*$/.test(before) ? before : "";
}

/** Lines after the first stand as deep as the cursor; empty lines stay empty. */
export function indented(text: string, lead: string): string {
  return lead === "" ? text : text.replace(/\n(?=[^\n])/g, `\n${lead}`);
}
