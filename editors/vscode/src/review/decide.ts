// Keep, Reject and Undo: what the user saw is what is sent, and what comes of it is said in the status bar.

import { l10n, window } from "vscode";

import type { Execute } from "../server/execute";
import { SERVER, type HunkState, type ReviewSelection } from "../protocol";
import { isKeepable, isRejectable, type PlacedHunk, type ReviewState, type ReviewedFile } from "./state";
import { hindrance } from "./words";

interface Decided {
  readonly hunks: readonly { readonly id: string; readonly state: HunkState }[];
}

export type Verdict = "keep" | "reject";

/** How long a message stays in the status bar. */
export const SAID_MS = 6000;
const FAILED_MS = 12_000;

export class Decisions {
  constructor(
    private readonly execute: Execute,
    private readonly state: ReviewState,
  ) {}

  /** Decides on these together: one edit, and one undo. Those that cannot be decided on stay, and it is said. */
  async hunks(verdict: Verdict, hunks: readonly PlacedHunk[]): Promise<void> {
    const [hunk] = hunks;
    if (!hunk) {
      say(l10n.t("There is no proposed change here."));
      return;
    }
    if (!hunks.some(verdict === "keep" ? isKeepable : isRejectable)) {
      const why = hindrance(hunk) ?? hunk.state;
      say(verdict === "keep" ? l10n.t("Not kept: it is {0}.", why) : l10n.t("Not rejected: it is {0}.", why));
      return;
    }
    await this.send(verdict, [{ hunkId: hunks.length === 1 ? hunk.id : hunks.map(({ id }) => id) }]);
  }

  async file(verdict: Verdict, file: ReviewedFile | undefined): Promise<void> {
    if (!file) {
      say(l10n.t("Nothing is proposed for this file."));
      return;
    }
    await this.send(verdict, this.state.selections(file.uri));
  }

  async all(verdict: Verdict): Promise<void> {
    await this.send(verdict, this.state.selections());
  }

  /** Takes back the last decision. */
  async undo(): Promise<void> {
    const undone = await this.attempt(SERVER.undo, {});
    if (undone) {
      say(l10n.t("Taken back: {0} offered again.", undone.hunks.length));
    }
  }

  private async send(verdict: Verdict, selections: readonly ReviewSelection[]): Promise<void> {
    const decided: Decided["hunks"][number][] = [];
    for (const selection of selections) {
      const answer = await this.attempt(verdict === "keep" ? SERVER.keep : SERVER.reject, selection);
      decided.push(...(answer?.hunks ?? []));
    }
    const count = (wanted: HunkState) => decided.filter(({ state }) => state === wanted).length;
    const done = count(verdict === "keep" ? "kept" : "rejected");
    const words = [];
    if (done > 0) {
      words.push(verdict === "keep" ? l10n.t("{0} kept. Saving is yours.", done) : l10n.t("{0} rejected.", done));
    }
    const conflicts = decided.filter(({ state }) => state === "conflict").map(({ id }) => this.state.hunk(id));
    if (conflicts.length > 0) {
      const lines = conflicts.flatMap((hunk) => (hunk ? [hunk.range.start.line + 1] : [])).join(", ");
      words.push(l10n.t("In conflict with your text: {0} (line {1}).", conflicts.length, lines));
    }
    const gone = count("superseded");
    if (gone > 0) {
      words.push(l10n.t("Not there any more: {0}.", gone));
    }
    if (words.length > 0) {
      say(words.join(" "));
    }
  }

  /** The server's refusal is a sentence that names cause and remedy; nothing has changed then. */
  private async attempt(command: string, selection: ReviewSelection): Promise<Decided | undefined> {
    try {
      return await this.execute<Decided>(command, selection);
    } catch (error) {
      window.setStatusBarMessage(`$(warning) ${error instanceof Error ? error.message : String(error)}`, FAILED_MS);
      return undefined;
    }
  }
}

export function say(message: string): void {
  window.setStatusBarMessage(`Singletree: ${message}`, SAID_MS);
}
