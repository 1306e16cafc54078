// What of a hunk is drawn where, before anything is drawn. Pure: lines in, lines and words out.
//
// Hunks are whole lines (`server/text/src/rebase.rs`); an insertion stands between two of them.

import type { Hunk } from "../protocol";

/** Characters of proposed text that are put beside a line. */
const BESIDE = 160;

/** Characters that an old line and its new text may have together: what stands further right is out of sight. */
const IN_SIGHT = 110;

/** Part of a line, in UTF-16 units. */
export interface Part {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** Proposed text, shown behind the end of `line`. */
export interface Beside {
  readonly line: number;
  readonly text: string;
}

export interface Drawing {
  readonly shape: "insert" | "delete" | "change";
  /** Lines of the buffer that go: from `first` up to and without `end`. Empty for an insertion. */
  readonly removed: { readonly first: number; readonly end: number };
  /** What of a line changes, where that is less than the line. */
  readonly parts: readonly Part[];
  readonly beside: readonly Beside[];
  /** The proposed text where there is no room for it beside its line: it goes among the buttons above. */
  readonly above?: string;
  /** The line that the hunk's buttons stand above, and where the cursor goes to. */
  readonly anchor: number;
  readonly added: number;
  readonly gone: number;
}

/** `lineCount` is the document's: an insertion at its end has no line of its own to stand at. */
export function draw(hunk: Hunk, lineCount: number): Drawing {
  const before = lines(hunk.oldText);
  const after = lines(hunk.newText);
  const same = commonEnds(before, after);
  const [gone, come] = [before.slice(same.head, before.length - same.tail), after.slice(same.head, after.length - same.tail)];
  const first = hunk.range.start.line + same.head;
  const removed = { first, end: first + gone.length };
  const anchor = Math.min(first, Math.max(0, lineCount - 1));
  const counts = { removed, anchor, added: come.length, gone: gone.length };
  if (gone.length === 0) {
    // Between two lines: its text is shown behind the one above, so that nothing is covered.
    const line = Math.min(Math.max(0, first - 1), Math.max(0, lineCount - 1));
    return { shape: "insert", parts: [], beside: summary(line, come), ...counts };
  }
  if (come.length === 0) {
    return { shape: "delete", parts: [], beside: [], ...counts };
  }
  const pairs = gone.flatMap((old, index) => {
    const text = come[index];
    return text === undefined ? [] : [{ line: first + index, old, text, isLast: index === gone.length - 1 }];
  });
  const [pair] = pairs;
  const parts = pairs.flatMap(({ line, old, text }) => changedPart(line, old, text));
  const beside = pairs.flatMap(({ line, text, isLast }, index) =>
    isLast ? summary(line, come.slice(index)) : [{ line, text: shorten(text) }],
  );
  // One line that is too long to have another one beside it. Of several, the others tell enough.
  const [only, ...others] = beside;
  const isLong = pair !== undefined && only !== undefined && pair.old.length + only.text.length > IN_SIGHT;
  return isLong && others.length === 0
    ? { shape: "change", parts, beside: [], above: only.text, ...counts }
    : { shape: "change", parts, beside, ...counts };
}

/** Lines without their ends; a final line break ends the last line and begins none. */
export function lines(text: string): string[] {
  const split = text.split(/\r\n|\r|\n/);
  if (split.at(-1) === "") {
    split.pop();
  }
  return split;
}

/** `+2 −1`. */
export function count({ added, gone }: { added: number; gone: number }): string {
  const parts = [added > 0 ? `+${added}` : "", gone > 0 ? `−${gone}` : ""];
  return parts.filter((part) => part !== "").join(" ");
}

/** One line stands for several: how many, and the first that says something. The count leads, for the end of a long
 * line is out of sight. */
function summary(line: number, come: readonly string[]): Beside[] {
  const telling = come.find((text) => text.trim() !== "") ?? "";
  const lead = come.length > 1 ? `+${come.length} ┊ ` : "";
  return come.length === 0 ? [] : [{ line, text: lead + shorten(telling) }];
}

function shorten(text: string): string {
  const line = text.trim().replaceAll("\t", " ");
  return line.length > BESIDE ? `${line.slice(0, BESIDE)}…` : line;
}

function commonEnds(before: readonly string[], after: readonly string[]) {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) {
    head += 1;
  }
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) {
    tail += 1;
  }
  return { head, tail };
}

/** The characters of `old` that are other ones in `text`; none where all are or where something is only put in. */
function changedPart(line: number, old: string, text: string): Part[] {
  const characters = Array.from(old);
  const { head, tail } = commonEnds(characters, Array.from(text));
  const units = (some: string[]) => some.join("").length;
  const from = units(characters.slice(0, head));
  const to = old.length - units(characters.slice(characters.length - tail));
  return to > from ? [{ line, from, to }] : [];
}
