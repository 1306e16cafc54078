// The right side of VS Code's diff editor: documents of the scheme `singletree-proposed`, one a file of the review,
// which follow the stream, the user's typing and every decision.

import {
  Disposable,
  EventEmitter,
  Uri,
  workspace,
  type TextDocumentContentProvider,
} from "vscode";

import { Batch } from "../batch";
import { propose } from "./proposal";
import type { ReviewState, ReviewedFile } from "./state";

export { asProposed } from "./proposal";

export const SCHEME = "singletree-proposed";
/** A file that is not there: the left side of a new one, the right side of one that goes. */
const NOTHING = "nothing";
/** The diff editor computes a diff for every change: a stream reaches it this often. */
const BATCH_MS = 100;

export const isProposed = (uri: Uri): boolean => uri.scheme === SCHEME;
/** The file that a document is about, for a proposal the one that it proposes to change. */
export const realUri = (uri: Uri): string => (isProposed(uri) ? uri.query : uri.toString());

/** The document that shows what a file would be. */
export function proposedUri(file: ReviewedFile): Uri {
  const name = Uri.parse(file.newUri ?? file.uri);
  return name.with({ scheme: SCHEME, authority: "", query: file.uri });
}

/** An empty document under a file's name, so that its language is the file's. */
export const nothing = (uri: Uri): Uri =>
  uri.with({ scheme: SCHEME, authority: "", query: uri.toString(), fragment: NOTHING });

export class Proposals extends Disposable implements TextDocumentContentProvider {
  private readonly changed = new EventEmitter<Uri>();
  private readonly stale = new Set<string>();
  private readonly batch = new Batch(BATCH_MS, () => this.tell());
  readonly onDidChange = this.changed.event;

  constructor(private readonly state: ReviewState) {
    const parts: { dispose(): void }[] = [];
    super(() => parts.forEach((part) => part.dispose()));
    parts.push(
      this.changed,
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      state.onChange(({ uris }) => this.soon(uris)),
      workspace.onDidChangeTextDocument(({ document }) => this.soon([document.uri.toString()])),
      this.batch,
    );
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    if (uri.fragment === NOTHING) {
      return "";
    }
    const real = realUri(uri);
    const file = this.state.file(real);
    if (file?.kind === "create") {
      return file.hunks[0]?.newText ?? "";
    }
    if (file?.kind === "delete") {
      return "";
    }
    return propose(await text(Uri.parse(real)), file?.hunks ?? []);
  }

  private soon(uris: Iterable<string>): void {
    for (const uri of uris) {
      this.stale.add(uri);
    }
    this.batch.soon();
  }

  private tell(): void {
    const open = workspace.textDocuments.filter(({ uri }) => isProposed(uri) && this.stale.has(realUri(uri)));
    for (const { uri } of open) {
      this.changed.fire(uri);
    }
    this.stale.clear();
  }
}

/** The user's text, unsaved or not; empty where the file is gone. */
async function text(uri: Uri): Promise<string> {
  try {
    return (await workspace.openTextDocument(uri)).getText();
  } catch {
    return "";
  }
}
