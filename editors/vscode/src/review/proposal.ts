// A file as it would be if all that is proposed for it were kept. Pure.

import type { Hunk, Position } from "../protocol";
import { lines } from "./drawing";
import type { PlacedHunk } from "./state";

/** Hunks that are part of the proposal: a conflict has no place in the text any more. */
export const isProposing = (hunk: Hunk): boolean => hunk.state !== "conflict";

/** Puts the hunks into `text`. Of two that overlap (two sessions, one place) the lower is left out. */
export function propose(text: string, hunks: readonly Hunk[]): string {
  const starts = lineStarts(text);
  const offset = ({ line, character }: Position) => Math.min((starts[line] ?? text.length) + character, text.length);
  let proposed = "";
  let copied = 0;
  for (const hunk of hunks.filter(isProposing)) {
    const from = offset(hunk.range.start);
    if (from >= copied) {
      proposed += text.slice(copied, from) + hunk.newText;
      copied = offset(hunk.range.end);
    }
  }
  return proposed + text.slice(copied);
}

/** The hunks at the places where their new text stands in the proposal. */
export function asProposed(hunks: readonly PlacedHunk[]): PlacedHunk[] {
  let shift = 0;
  return hunks.filter(isProposing).map((hunk) => {
    const [added, gone] = [lines(hunk.newText).length, hunk.range.end.line - hunk.range.start.line];
    const line = hunk.range.start.line + shift;
    shift += added - gone;
    const range = { start: { line, character: 0 }, end: { line: line + added, character: 0 } };
    // Turned around: in the proposal, the new text is what is there.
    return { ...hunk, range, oldText: hunk.newText, newText: hunk.oldText };
  });
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) {
    starts.push(index + end.length);
  }
  return starts;
}
