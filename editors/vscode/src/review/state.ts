// What is proposed, as the server last said it and as typing has moved it since. Pure: VS Code is told by listeners.

import type { ChangeKind, FileReview, Hunk, Range, ReviewParams, ReviewSelection } from "../protocol";
import { ChangeLog, isClear, shiftRange, type TextChange } from "./shift";

/** A hunk with what surrounds it. */
export interface PlacedHunk extends Hunk {
  readonly reviewId: string;
  /** The review's `rev` as it was when the user was shown this. */
  readonly rev: number;
  readonly uri: string;
}

/** A file with all that is proposed for it, by whichever review, from top to bottom. */
export interface ReviewedFile {
  readonly uri: string;
  readonly kind: ChangeKind;
  readonly newUri?: string;
  readonly isBinary: boolean;
  readonly hunks: readonly PlacedHunk[];
}

interface OpenFile {
  head: Omit<FileReview, "hunks">;
  hunks: Map<string, Hunk>;
}

interface OpenReview {
  rev: number;
  sessionId: string;
  files: Map<string, OpenFile>;
}

const OPEN = new Set<Hunk["state"]>(["streaming", "pending", "keeping", "conflict"]);

/** Whether Keep may be offered. */
export const isKeepable = (hunk: Hunk): boolean => hunk.state === "pending";
/** Whether Reject may be offered: a streaming hunk ends with its turn, one being kept is on its way. */
export const isRejectable = (hunk: Hunk): boolean => hunk.state === "pending" || hunk.state === "conflict";

/** A hunk about its file as a whole: a rename alone, an empty file that comes or goes. There is no text to show. */
export const isTextless = (hunk: Hunk): boolean => hunk.oldText === "" && hunk.newText === "";

/** What a change did to the state, for those who draw it. */
export interface Change {
  /** The files whose hunks are other ones now. */
  readonly uris: ReadonlySet<string>;
}

export class ReviewState {
  private readonly reviews = new Map<string, OpenReview>();
  private readonly typed = new ChangeLog();
  private readonly listeners = new Set<(change: Change) => void>();
  private readonly doubters = new Set<() => void>();
  private cached: readonly ReviewedFile[] | undefined;

  onChange(listener: (change: Change) => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  /** Told when it is not certain where a hunk stands now: only the server can say. */
  onDoubt(listener: () => void): { dispose(): void } {
    this.doubters.add(listener);
    return { dispose: () => this.doubters.delete(listener) };
  }

  /** Takes in a notification. */
  apply(params: ReviewParams): void {
    const touched = new Set<string>();
    const review = this.review(params, touched);
    for (const id of params.removed) {
      remove(review, id, touched);
    }
    for (const file of params.files) {
      this.merge(review, file, touched);
    }
    for (const [uri, file] of review.files) {
      if (file.hunks.size === 0) {
        review.files.delete(uri);
      }
    }
    if (review.files.size === 0) {
      this.reviews.delete(params.reviewId);
    }
    this.changed(touched);
  }

  private review(params: ReviewParams, touched: Set<string>): OpenReview {
    const known = this.reviews.get(params.reviewId);
    if (known && !params.whole) {
      known.rev = params.rev;
      // Every hunk of it is shown with the new `rev` from now on.
      for (const uri of known.files.keys()) {
        touched.add(uri);
      }
      return known;
    }
    for (const uri of known?.files.keys() ?? []) {
      touched.add(uri);
    }
    const fresh = { rev: params.rev, sessionId: params.sessionId, files: new Map<string, OpenFile>() };
    this.reviews.set(params.reviewId, fresh);
    return fresh;
  }

  private merge(review: OpenReview, { hunks, ...head }: FileReview, touched: Set<string>): void {
    touched.add(head.uri);
    const file = review.files.get(head.uri) ?? { head, hunks: new Map<string, Hunk>() };
    file.head = head;
    review.files.set(head.uri, file);
    for (const hunk of hunks) {
      remove(review, hunk.id, touched);
      if (OPEN.has(hunk.state)) {
        file.hunks.set(hunk.id, { ...hunk, range: this.current(head, hunk.range) });
      }
    }
  }

  private current(file: { uri: string; version: number | null }, range: Range): Range {
    return file.version === null ? range : this.carry(range, this.typed.since(file.uri, file.version));
  }

  /** A range after `changes`, as far as that can be told here. */
  private carry(range: Range, changes: readonly TextChange[]): Range {
    let carried = range;
    for (const change of changes) {
      if (!isClear(carried, change)) {
        this.doubt();
      }
      carried = shiftRange(carried, change);
    }
    return carried;
  }

  private doubt(): void {
    for (const doubter of this.doubters) {
      doubter();
    }
  }

  /** The user (or a formatter, or Keep) changed a document: its hunks move along. */
  typedInto(uri: string, version: number, changes: readonly TextChange[]): void {
    this.typed.note(uri, version, changes);
    let moved = false;
    for (const review of this.reviews.values()) {
      const file = review.files.get(uri);
      for (const [id, hunk] of file?.hunks ?? []) {
        file?.hunks.set(id, { ...hunk, range: this.carry(hunk.range, changes) });
        moved = true;
      }
    }
    if (moved) {
      this.changed(new Set([uri]));
    }
  }

  /** A document was opened: its text may be another one than the hunks were last placed in. */
  opened(uri: string): void {
    if (this.file(uri)) {
      this.doubt();
    }
  }

  /** Where the server says that its hunks stand: places alone are taken, what is proposed comes by notification. */
  place(reviews: readonly Pick<ReviewParams, "reviewId" | "files">[]): void {
    const touched = new Set<string>();
    for (const { reviewId, files } of reviews) {
      for (const file of files) {
        const known = this.reviews.get(reviewId)?.files.get(file.uri)?.hunks;
        for (const { id, range } of file.hunks) {
          const hunk = known?.get(id);
          if (hunk) {
            known?.set(id, { ...hunk, range: this.current(file, range) });
            touched.add(file.uri);
          }
        }
      }
    }
    this.changed(touched);
  }

  /** A document was closed: the next one under its name counts versions anew. */
  closed(uri: string): void {
    this.typed.forget(uri);
  }

  /** Forgets everything: the server has gone, and the next one tells all anew. */
  clear(): void {
    const touched = new Set(this.files().map((file) => file.uri));
    this.reviews.clear();
    this.changed(touched);
  }

  /** Every file with something to decide, by name. */
  files(): readonly ReviewedFile[] {
    this.cached ??= this.collect();
    return this.cached;
  }

  file(uri: string): ReviewedFile | undefined {
    return this.files().find((file) => file.uri === uri);
  }

  hunk(id: string): PlacedHunk | undefined {
    return this.hunks().find((hunk) => hunk.id === id);
  }

  hunks(): PlacedHunk[] {
    return this.files().flatMap((file) => file.hunks);
  }

  /** What to tell the server to decide a whole file, or everything: one selection a review, as the user saw it. */
  selections(uri?: string): ReviewSelection[] {
    const selections: ReviewSelection[] = [];
    for (const [reviewId, review] of this.reviews) {
      if (uri === undefined || review.files.has(uri)) {
        selections.push({ reviewId, rev: review.rev, ...(uri === undefined ? {} : { uri }) });
      }
    }
    return selections;
  }

  private collect(): ReviewedFile[] {
    const files = new Map<string, { head: OpenFile["head"]; hunks: PlacedHunk[] }>();
    for (const [reviewId, { rev, files: open }] of this.reviews) {
      for (const [uri, { head, hunks }] of open) {
        const entry = files.get(uri) ?? { head, hunks: [] };
        entry.hunks.push(...[...hunks.values()].map((hunk) => ({ ...hunk, reviewId, rev, uri })));
        // A create, delete or rename says more of the file than an edit does.
        entry.head = head.kind === "edit" ? entry.head : head;
        files.set(uri, entry);
      }
    }
    const sorted = [...files].sort(([left], [right]) => (left < right ? -1 : 1));
    return sorted.map(([uri, { head, hunks }]) => ({
      uri,
      kind: head.kind,
      ...(head.newUri === undefined ? {} : { newUri: head.newUri }),
      isBinary: head.binary ?? false,
      hunks: hunks.sort(byPlace),
    }));
  }

  private changed(uris: ReadonlySet<string>): void {
    this.cached = undefined;
    for (const listener of this.listeners) {
      listener({ uris });
    }
  }
}

function remove(review: OpenReview, id: string, touched: Set<string>): void {
  for (const [uri, file] of review.files) {
    if (file.hunks.delete(id)) {
      touched.add(uri);
    }
  }
}

export const byPlace = (left: Hunk, right: Hunk): number =>
  left.range.start.line - right.range.start.line || left.range.start.character - right.range.start.character;
