// What the chat needs of the extension around it, and what it offers back. Nothing else passes between the two.

import type { Event, LogOutputChannel } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** How the server stands: `failed` means that it will not come back by itself. */
export type ServerState = "starting" | "running" | "stopped" | "failed";

/** What the extension lends to the chat. */
export interface ChatServices {
  /** The running client; waits while the server starts, rejects when it cannot be started. */
  client(): Promise<LanguageClient>;
  /** A new server process took the place of the old one: sessions must be loaded again. */
  readonly onRestart: Event<LanguageClient>;
  readonly onState: Event<ServerState>;
  /** Opens the review of everything that is proposed, or of one file. */
  openReview(uri?: string): void;
  readonly log: LogOutputChannel;
}

/** Something to point the model at: a file, or some lines of it (from 1, both inclusive). */
export interface Mention {
  uri: string;
  range?: { first: number; last: number };
}

/** What the extension may ask of the chat. Every call is a user's act, so it may take the focus. */
export interface ChatView {
  /** Shows the view, with that session if one is named. */
  open(sessionId?: string): Promise<void>;
  /** Puts text and mentions into the draft; nothing is sent. */
  compose(text: string, mentions?: Mention[]): Promise<void>;
  dispose(): void;
}
