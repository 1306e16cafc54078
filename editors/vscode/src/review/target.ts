// Which hunk a command is about. A command of VS Code can be called by any extension, so one that decides takes no
// bare id: only what our own tree, lenses and hovers made, or nothing at all for the hunk at the user's cursor.

import { randomUUID } from "node:crypto";

import { window } from "vscode";

import { nearest } from "./places";
import { asProposed, isProposed, realUri } from "./proposed";
import type { PlacedHunk, ReviewState, ReviewedFile } from "./state";

/** A hunk, handed out by us. Lenses and tree items are given back by VS Code as the same object. */
export class HunkRef {
  constructor(readonly id: string) {}
}

/** A file of the review, likewise. */
export class FileRef {
  constructor(readonly uri: string) {}
}

/** Hovers can carry JSON only: there a word that nobody else knows takes the place of the object. */
const seal = randomUUID();
export const sealed = (ref: HunkRef): { id: string; seal: string } => ({ id: ref.id, seal });

/** The hunk that a command's argument means, or the one at the cursor; undefined where there is none. */
export function hunkOf(argument: unknown, state: ReviewState): PlacedHunk | undefined {
  if (argument instanceof HunkRef) {
    return state.hunk(argument.id);
  }
  if (typeof argument === "object" && argument !== null && "seal" in argument && "id" in argument) {
    return argument.seal === seal ? state.hunk(String(argument.id)) : undefined;
  }
  return atCursor(state);
}

/** The file that a command's argument means, or the one in the active editor. */
export function fileOf(argument: unknown, state: ReviewState): ReviewedFile | undefined {
  if (argument instanceof FileRef) {
    return state.file(argument.uri);
  }
  const active = window.activeTextEditor;
  return active && state.file(realUri(active.document.uri));
}

/** The hunk that the cursor is in, or the nearest in its file; in a diff editor, on the side of the proposal. */
function atCursor(state: ReviewState): PlacedHunk | undefined {
  const active = window.activeTextEditor;
  const file = active && state.file(realUri(active.document.uri));
  if (!active || !file) {
    return undefined;
  }
  const { document, selection } = active;
  const hunks = isProposed(document.uri) ? asProposed(file.hunks) : file.hunks;
  const id = nearest(hunks, selection.active.line, document.lineCount)?.id;
  return file.hunks.find((hunk) => hunk.id === id);
}
