// Hunks and reviews for unit tests.

import type { FileReview, Hunk, HunkState, ReviewParams } from "../protocol";

/** A hunk that replaces the lines `[first, end)`. */
export function hunk(id: string, [first, end]: [number, number], oldText: string, newText: string): Hunk {
  const range = { start: { line: first, character: 0 }, end: { line: end, character: 0 } };
  return { id, state: "pending", range, oldText, newText, title: "document a.py", why: "", author: "agent" };
}

export const inState = (state: HunkState, of: Hunk): Hunk => ({ ...of, state });

export const file = (uri: string, hunks: readonly Hunk[], more: Partial<FileReview> = {}): FileReview => ({
  uri,
  kind: "edit",
  version: 1,
  baseHash: "h",
  hunks,
  ...more,
});

export const review = (rev: number, files: readonly FileReview[], more: Partial<ReviewParams> = {}): ReviewParams => ({
  reviewId: "r",
  rev,
  sessionId: "s",
  turnId: "t",
  files,
  removed: [],
  whole: true,
  ...more,
});
