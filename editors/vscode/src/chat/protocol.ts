// What host and webview say to each other. The webview holds no authority: the host checks each message, and whatever
// leaves the view (links, files, edits, answers) goes through it.

import type { Bill, ContentBlock, FieldValue, SessionInfo } from "./acp";
import type { ServerState } from "./services";
import type { StringTable } from "./strings";
import type { Change, Transcript } from "./transcript";

/** Something that goes along with the words: shown as a chip, sent as a content block. */
export interface Attachment {
  label: string;
  block: Exclude<ContentBlock, { type: "text" }>;
}

/** One choice of a completion list; `attach` is resolved by the host when it is accepted. */
export interface Completion {
  label: string;
  detail: string;
  icon: "file" | "symbol" | "selection" | "diagnostics" | "diff" | "terminal" | "command";
  /** What replaces the typed word. */
  insert: string;
  attachment?: Attachment;
  resolve?: Resolvable;
}

/** What the host reads from the editor when the user mentions it. */
export type Resolvable = "selection" | "diagnostics" | "diff" | "terminal";

export interface Draft {
  text: string;
  attachments: Attachment[];
  pinned: string[];
  dropped: string[];
}

/** A remedy is a button on an error: the host runs what it stands for. */
export type Remedy = "restart" | "trust" | "log" | "retry" | "models" | "none";

export interface Environment {
  strings: StringTable;
  language: string;
  trusted: boolean;
  /** Whether a folder is open: without one there is nothing to work on. */
  folder: boolean;
}

export type ToWebview =
  | { type: "boot"; environment: Environment; server: ServerState }
  | { type: "server"; state: ServerState }
  | { type: "trusted" }
  | { type: "loading" }
  | { type: "session"; transcript: Transcript | null }
  | { type: "changes"; session: string; changes: Change[] }
  | { type: "sessions"; query: string; sessions: SessionInfo[]; more: boolean }
  | { type: "show"; panel: "chat" | "sessions" }
  | { type: "completions"; request: number; items: Completion[] }
  | { type: "attached"; attachment: Attachment; }
  | { type: "bill"; request: number; bill: Bill | null }
  | { type: "compose"; text: string; attachments: Attachment[]; replace: boolean }
  | { type: "problem"; message: string; remedy: Remedy };

export type FromWebview =
  | { type: "ready" }
  | { type: "send"; draft: Draft }
  | { type: "stop" }
  | { type: "rewind"; message: number }
  | { type: "new" }
  | { type: "open"; session: string }
  | { type: "list"; query: string; more: boolean }
  | { type: "fork"; session: string }
  | { type: "rename"; session: string; title: string }
  | { type: "delete"; session: string }
  | { type: "export" }
  | { type: "complete"; request: number; query: string }
  | { type: "resolve"; what: Resolvable }
  | { type: "preview"; request: number; draft: Draft }
  | { type: "mode"; mode: string }
  | { type: "option"; id: string; value: string | boolean }
  | { type: "permit"; key: string; option: string; reason?: string }
  | { type: "answer"; key: string; action: "accept" | "decline"; content: Record<string, FieldValue> }
  | { type: "link"; href: string }
  | { type: "review"; path?: string }
  | { type: "location"; path: string; line?: number }
  | { type: "copy"; text: string }
  | { type: "insert"; text: string }
  | { type: "remedy"; remedy: Remedy };
