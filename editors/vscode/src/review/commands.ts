// The commands of the review. All of them are the user's own acts, so these may move the cursor; nothing else does.

import { commands, Disposable, l10n, Range, Selection, TextEditorRevealType, Uri, window } from "vscode";

import { say, type Decisions } from "./decide";
import { openAll, openDiff } from "./diff";
import { draw } from "./drawing";
import { neighbour } from "./places";
import { asProposed, isProposed, realUri } from "./proposed";
import type { Resync } from "./resync";
import type { PlacedHunk, ReviewState, ReviewedFile } from "./state";
import { fileOf, HunkRef, hunkOf, hunksOf } from "./target";

export function registerReviewCommands(state: ReviewState, decisions: Decisions, resync: Resync): Disposable {
  const show = (hunk: PlacedHunk | undefined) => {
    const file = hunk && state.file(hunk.uri);
    return file ? openDiff(file, proposedLine(file, hunk)) : nothingHere();
  };
  const table: Record<string, (argument?: unknown) => Promise<void>> = {
    "singletree.change.keep": (at) => decisions.hunks("keep", hunksOf(at, state)),
    "singletree.change.reject": (at) => decisions.hunks("reject", hunksOf(at, state)),
    "singletree.change.show": (at) => show(hunkOf(at, state)),
    "singletree.change.reveal": (at) => {
      const hunk = at instanceof HunkRef ? state.hunk(at.id) : undefined;
      return hunk ? goTo(hunk, state, true) : nothingHere();
    },
    "singletree.change.next": () => move(state, "next"),
    "singletree.change.previous": () => move(state, "previous"),
    "singletree.file.keep": (at) => decisions.file("keep", fileOf(at, state)),
    "singletree.file.reject": (at) => decisions.file("reject", fileOf(at, state)),
    "singletree.file.show": (at) => {
      const file = fileOf(at, state);
      return file ? openDiff(file) : nothingHere();
    },
    "singletree.all.keep": () => decisions.all("keep"),
    "singletree.all.reject": () => decisions.all("reject"),
    "singletree.all.show": () => showAll(state),
    "singletree.undo": () => decisions.undo(),
  };
  // What is at the cursor is known only once it is certain where the hunks are.
  const certain = (act: (argument?: unknown) => Promise<void>) => (argument?: unknown) =>
    resync.settled().then(() => act(argument));
  return Disposable.from(...Object.entries(table).map(([id, act]) => commands.registerCommand(id, certain(act))));
}

/** Everything that is proposed, or one file of it. */
export async function showAll(state: ReviewState, uri?: string): Promise<void> {
  const one = uri === undefined ? undefined : state.file(uri);
  const files = state.files();
  if (one) {
    await openDiff(one);
  } else if (files.length > 0) {
    await openAll(files);
  } else {
    await nothingHere();
  }
}

function nothingHere(): Promise<void> {
  say(l10n.t("There is no proposed change here."));
  return Promise.resolve();
}

async function move(state: ReviewState, step: "next" | "previous"): Promise<void> {
  const active = window.activeTextEditor;
  const here = active && { uri: realUri(active.document.uri), line: active.selection.active.line };
  const files = state.files();
  if (active && isProposed(active.document.uri)) {
    // In a diff editor the next one is found among the lines of the proposal, and shown there too.
    const next = neighbour(files.map((file) => ({ ...file, hunks: asProposed(file.hunks) })), here, step);
    const file = next && state.file(next.uri);
    return file ? openDiff(file, next.range.start.line) : nothingHere();
  }
  const hunk = neighbour(files, here, step);
  return hunk ? goTo(hunk, state, false) : nothingHere();
}

/** Puts the cursor on a hunk; a file that comes or goes as a whole is shown as a diff. */
async function goTo(hunk: PlacedHunk, state: ReviewState, preserveFocus: boolean): Promise<void> {
  const file = state.file(hunk.uri);
  if (file?.kind === "create" || file?.kind === "delete") {
    return openDiff(file);
  }
  const active = window.activeTextEditor;
  const isThere = active?.document.uri.toString() === hunk.uri && !preserveFocus;
  // An editor that is in front already is left in peace: showing it again would close a palette that is just opened.
  const editor = isThere ? active : await window.showTextDocument(Uri.parse(hunk.uri), { preserveFocus, preview: true });
  const { anchor } = draw(hunk, editor.document.lineCount);
  const at = new Range(anchor, 0, anchor, 0);
  editor.selection = new Selection(at.start, at.end);
  editor.revealRange(at, TextEditorRevealType.InCenterIfOutsideViewport);
}

const proposedLine = (file: ReviewedFile, { id }: PlacedHunk): number | undefined =>
  asProposed(file.hunks).find((hunk) => hunk.id === id)?.range.start.line;
