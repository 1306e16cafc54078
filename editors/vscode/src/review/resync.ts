// Asks the server where its hunks stand when that cannot be told from what was typed: a text that was replaced as a
// whole, reverted or read anew, typing inside a hunk, a document that is opened again.

import { Disposable } from "vscode";

import { Batch } from "../batch";
import type { ReviewParams } from "../protocol";
import { SERVER } from "../protocol";
import type { Execute } from "../server/execute";
import type { ReviewState } from "./state";

/** Typing inside a hunk asks so often at most. */
const ASK_MS = 150;

export class Resync extends Disposable {
  private readonly batch = new Batch(ASK_MS, () => void this.settled());
  private isInDoubt = false;
  private asking: Promise<void> | undefined;

  constructor(
    private readonly execute: Execute,
    private readonly state: ReviewState,
  ) {
    const parts: { dispose(): void }[] = [];
    super(() => parts.forEach((part) => part.dispose()));
    parts.push(
      this.batch,
      state.onDoubt(() => {
        this.isInDoubt = true;
        this.batch.soon();
      }),
    );
  }

  /** Resolves when all hunks are known to be where the server has them, at once if they are. */
  async settled(): Promise<void> {
    while (this.isInDoubt || this.asking) {
      await (this.asking ??= this.ask());
    }
  }

  private async ask(): Promise<void> {
    this.isInDoubt = false;
    try {
      const { reviews } = await this.execute<{ reviews: ReviewParams[] }>(SERVER.state);
      this.state.place(reviews);
    } catch {
      // The server has gone; the next one tells all anew.
    } finally {
      this.asking = undefined;
    }
  }
}
