// The tree of the review, before it is a tree of VS Code: rows with their words. Pure.

import { count, draw, lines } from "./drawing";
import { isTextless, type PlacedHunk, type ReviewedFile } from "./state";

export interface FileRow {
  readonly file: ReviewedFile;
  readonly name: string;
  /** The folder, relative to the workspace, and the counts of lines. */
  readonly folder: string;
  readonly counts: string;
}

export interface HunkRow {
  readonly hunk: PlacedHunk;
  /** The first line that comes, or else goes: what a user recognises a change by. Empty where no text changes. */
  readonly label: string;
  readonly counts: string;
  /** Line in the editor, from 1; none for a file that comes or goes as a whole. */
  readonly line: number | undefined;
}

/** `relative` names a file as the user does. */
export function fileRows(files: readonly ReviewedFile[], relative: (uri: string) => string): FileRow[] {
  return files.map((file) => {
    const path = relative(file.uri).split("/");
    const name = path.pop() ?? file.uri;
    const to = file.newUri === undefined ? "" : ` → ${relative(file.newUri)}`;
    return { file, name: `${name}${to}`, folder: path.join("/"), counts: total(file.hunks) };
  });
}

export function hunkRows({ hunks, kind }: ReviewedFile): HunkRow[] {
  return hunks.map((hunk) => {
    const drawing = draw(hunk, Number.MAX_SAFE_INTEGER);
    const isWhole = kind === "create" || kind === "delete" || isTextless(hunk);
    return { hunk, label: label(hunk), counts: count(drawing), line: isWhole ? undefined : drawing.anchor + 1 };
  });
}

function total(hunks: readonly PlacedHunk[]): string {
  const all = hunks.map((hunk) => draw(hunk, Number.MAX_SAFE_INTEGER));
  const sum = (of: (drawing: { added: number; gone: number }) => number) => all.reduce((n, each) => n + of(each), 0);
  return count({ added: sum(({ added }) => added), gone: sum(({ gone }) => gone) });
}

function label(hunk: PlacedHunk): string {
  const kept = new Set(lines(hunk.oldText));
  const come = lines(hunk.newText).filter((line) => !kept.has(line));
  const telling = [...come, ...lines(hunk.oldText)].find((line) => line.trim() !== "");
  return telling?.trim() ?? "";
}
