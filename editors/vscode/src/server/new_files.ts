// Finds, in an edit, the files that are created and filled in one. Pure.

import type { ApplyWorkspaceEditParams, CreateFile, TextDocumentEdit, TextEdit } from "vscode-languageclient";

type Change = NonNullable<ApplyWorkspaceEditParams["edit"]["documentChanges"]>[number];

interface NewFile {
  readonly uri: string;
  readonly text: string;
}

/** Splits an edit into files that are new and filled at once, and everything else. */
export function takeNewFiles(changes: readonly Change[]): { made: NewFile[]; rest: Change[] } {
  const made: NewFile[] = [];
  const rest: Change[] = [];
  for (const [index, change] of changes.entries()) {
    if (isFillOf(change, changes[index - 1])) {
      continue;
    }
    const next = changes[index + 1];
    if (isCreate(change) && next && isFillOf(next, change)) {
      made.push({ uri: change.uri, text: (next.edits as TextEdit[]).map(({ newText }) => newText).join("") });
    } else {
      rest.push(change);
    }
  }
  return { made, rest };
}

/** Whether an edit does nothing but write a file that the change before it created. */
const isFillOf = (change: Change, before: Change | undefined): change is TextDocumentEdit =>
  "textDocument" in change &&
  before !== undefined &&
  isCreate(before) &&
  change.textDocument.uri === before.uri &&
  change.edits.length === 1 &&
  change.edits.every((edit) => "newText" in edit);

const isCreate = (change: Change): change is CreateFile => "kind" in change && change.kind === "create";
