// Follows the user's typing. The server says nothing of a hunk that typing merely moves, and what it does say may be
// about a text that is some keystrokes old: both are made good here, by the same arithmetic. Where that cannot tell, the
// server is asked (`resync.ts`).

import type { Position, Range } from "../protocol";

/** One change of a document, as both VS Code and LSP describe it: `range` is in the text before it. */
export interface TextChange {
  readonly range: Range;
  readonly text: string;
}

/** Versions that are remembered of one document; a notification is never that many keystrokes late. */
const REMEMBERED = 500;

/** A position after `change`. One inside of what was replaced goes to its end. */
export function shiftPosition(at: Position, change: TextChange): Position {
  const { start, end } = change.range;
  if (isBefore(at, end)) {
    return isBefore(start, at) ? endOf(change) : at;
  }
  const last = endOf(change);
  return at.line === end.line
    ? { line: last.line, character: last.character + at.character - end.character }
    : { line: at.line + last.line - end.line, character: at.character };
}

/**
 * A range after `change`. What is inserted at its edges stays outside, and at an empty range it goes behind it: the
 * server's own rule (`server/text/src/rebase.rs`), since hunks stand at the beginnings of lines.
 */
export function shiftRange(range: Range, change: TextChange): Range {
  const isInsertionAtEnd = isEmpty(change.range) && same(change.range.start, range.end);
  const end = isInsertionAtEnd ? range.end : shiftPosition(range.end, change);
  return { start: isEmpty(range) ? end : shiftPosition(range.start, change), end };
}

/**
 * Whether the arithmetic alone tells where a range goes: `change` is clear of it. Where the two touch, the server looks
 * at the text (it merges what was typed inside, and finds a hunk's lines in a text that was replaced as a whole).
 */
export const isClear = (range: Range, change: TextChange): boolean =>
  isBefore(change.range.end, range.start) || isBefore(range.end, change.range.start);

/** Where the text that `change` inserted ends. */
function endOf({ range: { start }, text }: TextChange): Position {
  const lines = text.split(/\r\n|\r|\n/);
  const last = lines.at(-1) ?? "";
  return lines.length === 1
    ? { line: start.line, character: start.character + last.length }
    : { line: start.line + lines.length - 1, character: last.length };
}

const isBefore = (left: Position, right: Position) =>
  left.line < right.line || (left.line === right.line && left.character < right.character);
const same = (left: Position, right: Position) => left.line === right.line && left.character === right.character;
const isEmpty = (range: Range) => same(range.start, range.end);

/** What was typed lately, document by document, so that positions of an older version can be brought up to date. */
export class ChangeLog {
  private readonly documents = new Map<string, { version: number; changes: readonly TextChange[] }[]>();

  /** Notes the changes that led to `version`. */
  note(uri: string, version: number, changes: readonly TextChange[]): void {
    const log = this.documents.get(uri) ?? [];
    log.push({ version, changes });
    if (log.length > REMEMBERED) {
      log.shift();
    }
    this.documents.set(uri, log);
  }

  /** What led from `version` to the newest one. */
  since(uri: string, version: number): TextChange[] {
    const newer = (this.documents.get(uri) ?? []).filter((entry) => entry.version > version);
    return newer.flatMap((entry) => entry.changes);
  }

  forget(uri: string): void {
    this.documents.delete(uri);
  }
}
