// Where hunks are for a user who moves among them: the nearest, the next, the one before. Pure.

import type { Hunk } from "../protocol";
import { draw } from "./drawing";
import type { PlacedHunk, ReviewedFile } from "./state";

/** The hunk nearest to a line; of two as near, the upper one. */
export function nearest<H extends Hunk>(hunks: readonly H[], line: number, lineCount: number): H | undefined {
  const distance = (hunk: H) => {
    const { removed, anchor } = draw(hunk, lineCount);
    if (removed.first <= line && line < removed.end) {
      return 0;
    }
    return Math.min(Math.abs(anchor - line), Math.abs(removed.end - line)) + 0.5;
  };
  return hunks.reduce<H | undefined>(
    (best, hunk) => (best === undefined || distance(hunk) < distance(best) ? hunk : best),
    undefined,
  );
}

/** Lines that are selected, the last one among them. */
export interface Lines {
  readonly first: number;
  readonly last: number;
}

/** The hunks that touch any of the lines; one that puts lines in concerns the line above and the one below. */
export function touched<H extends Hunk>(hunks: readonly H[], selected: readonly Lines[], lineCount: number): H[] {
  return hunks.filter((hunk) => {
    const { first: from, end } = draw(hunk, lineCount).removed;
    return selected.some(({ first, last }) =>
      from === end ? first <= from && from <= last + 1 : from <= last && first < end,
    );
  });
}

/** Where the user is: a file and a line of it; a file without hunks has its place among the others by name. */
export interface Here {
  readonly uri: string;
  readonly line: number;
}

/** The hunk after (or before) `here`, over all files and around their end; undefined if there is none at all. */
export function neighbour(
  files: readonly ReviewedFile[],
  here: Here | undefined,
  step: "next" | "previous",
): PlacedHunk | undefined {
  const all = files.flatMap((file) => file.hunks);
  if (here === undefined) {
    return step === "next" ? all[0] : all.at(-1);
  }
  const anchor = (hunk: PlacedHunk) => draw(hunk, Number.MAX_SAFE_INTEGER).anchor;
  const isAfter = (hunk: PlacedHunk) =>
    hunk.uri === here.uri ? anchor(hunk) > here.line : hunk.uri > here.uri;
  const isBefore = (hunk: PlacedHunk) =>
    hunk.uri === here.uri ? anchor(hunk) < here.line : hunk.uri < here.uri;
  return step === "next" ? (all.find(isAfter) ?? all[0]) : (all.findLast(isBefore) ?? all.at(-1));
}
