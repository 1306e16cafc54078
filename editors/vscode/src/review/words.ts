// How hunks and files are called, in lenses, hovers, the tree and the status bar alike.

import { l10n } from "vscode";

import { count, draw } from "./drawing";
import type { PlacedHunk, ReviewedFile } from "./state";

/** `+2 −1`, or what the hunk does to its file as a whole. */
export function size(hunk: PlacedHunk): string {
  return count(draw(hunk, Number.MAX_SAFE_INTEGER));
}

/** What a file is proposed to become, where that is more than edits. */
export function kind(file: ReviewedFile): string | undefined {
  switch (file.kind) {
    case "create":
      return l10n.t("new file");
    case "delete":
      return l10n.t("to be deleted");
    case "rename":
      return l10n.t("to be renamed");
    case "edit":
      return undefined;
  }
}

/** Why a hunk cannot be kept now; undefined if it can. */
export function hindrance(hunk: PlacedHunk): string | undefined {
  switch (hunk.state) {
    case "streaming":
      return l10n.t("still being written");
    case "keeping":
      return l10n.t("being kept");
    case "conflict":
      return l10n.t("conflicts with your text");
    case "pending":
    case "kept":
    case "rejected":
    case "superseded":
      return undefined;
  }
}

/** Who wrote it, where that is not the agent itself. */
export const author = (hunk: PlacedHunk): string | undefined => (hunk.author === "agent" ? undefined : hunk.author);

/** What waits for the user. */
export const waiting = (count: number): string =>
  count === 1
    ? l10n.t("1 proposed change waits for Keep or Reject.")
    : l10n.t("{0} proposed changes wait for Keep or Reject.", count);
