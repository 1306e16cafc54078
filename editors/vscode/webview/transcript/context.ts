// What an entry's template may use: the folds and the drafts that must survive its re-creation.

import type { Transcript } from "../../src/chat/transcript";

export interface EntryContext {
  readonly transcript: Transcript;
  /** Whether the user unfolded it. */
  isOpen(part: string): boolean;
  setOpen(part: string, open: boolean): void;
  /** What the user began to fill in. */
  draft<T extends object>(part: string, initial: () => T): T;
  /** Renders the entry again after a change of folds or drafts. */
  refresh(): void;
}
