// Which hunk a command is about. A command of VS Code can be called by any extension, so one that decides takes no
// bare id: only what our own tree, lenses and hovers made, or nothing at all for the hunk at the user's cursor.

import { randomUUID } from "node:crypto";

import { window, type Selection, type TextDocument } from "vscode";

import { nearest, touched, type Lines } from "./places";
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
  if (isSealed(argument)) {
    return argument.seal === seal ? state.hunk(String(argument.id)) : undefined;
  }
  return atCursor(state);
}

const isSealed = (argument: unknown): argument is { id: unknown; seal: unknown } =>
  typeof argument === "object" && argument !== null && "seal" in argument && "id" in argument;

/** The hunks to decide on: the one that an argument means, those in the selections, or the one at the cursor. */
export function hunksOf(argument: unknown, state: ReviewState): readonly PlacedHunk[] {
  const selected = argument instanceof HunkRef ? undefined : selectedLines();
  if (isSealed(argument) || selected === undefined) {
    const hunk = hunkOf(argument, state);
    return hunk ? [hunk] : [];
  }
  return here(state, (hunks, { lineCount }) => touched(hunks, selected, lineCount));
}

/** The file that a command's argument means, or the one in the active editor. */
export function fileOf(argument: unknown, state: ReviewState): ReviewedFile | undefined {
  if (argument instanceof FileRef) {
    return state.file(argument.uri);
  }
  const active = window.activeTextEditor;
  return active && state.file(realUri(active.document.uri));
}

/** The hunk that the cursor is in, or the nearest in its file. */
const atCursor = (state: ReviewState): PlacedHunk | undefined =>
  here(state, (hunks, { lineCount }, { active }) => {
    const hunk = nearest(hunks, active.line, lineCount);
    return hunk ? [hunk] : [];
  })[0];

/** Those of the active editor's hunks that `choose` takes; in a diff editor, from the side of the proposal. */
function here(
  state: ReviewState,
  choose: (hunks: readonly PlacedHunk[], document: TextDocument, selection: Selection) => readonly PlacedHunk[],
): readonly PlacedHunk[] {
  const active = window.activeTextEditor;
  const file = active && state.file(realUri(active.document.uri));
  if (!active || !file) {
    return [];
  }
  const { document, selection } = active;
  const chosen = choose(isProposed(document.uri) ? asProposed(file.hunks) : file.hunks, document, selection);
  return file.hunks.filter(({ id }) => chosen.some((hunk) => hunk.id === id));
}

/** What is selected, where that is more than a place in one line. */
function selectedLines(): Lines[] | undefined {
  const selections = window.activeTextEditor?.selections ?? [];
  const [only, ...others] = selections.map(linesOf);
  return only && (others.length > 0 || only.last > only.first) ? [only, ...others] : undefined;
}

/** The lines of a selection; one that ends before the first character of a line does not hold that line. */
const linesOf = ({ start, end }: Selection): Lines => ({
  first: start.line,
  last: end.line > start.line && end.character === 0 ? end.line - 1 : end.line,
});
