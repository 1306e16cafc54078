// What passes between this extension and `singletree lsp` beyond LSP itself. Mirrors `server/base/src/review.rs`,
// `server/lsp/src/notifications.rs` and `server/lsp/src/commands.rs`; names and JSON are the server's.

import type { Diagnostic, Location, Position, Range, SymbolKind, TextEdit, WorkspaceEdit } from "vscode-languageclient";

export type { Diagnostic, Location, Position, Range, SymbolKind, TextEdit, WorkspaceEdit };

/** The oldest server whose `singletree/review` this extension understands. */
export const OLDEST_SERVER = "0.1.0";

// ---- reviews ---------------------------------------------------------------------------------------------------

export type HunkState = "streaming" | "pending" | "keeping" | "kept" | "rejected" | "conflict" | "superseded";
export type ChangeKind = "edit" | "create" | "delete" | "rename";

export interface Hunk {
  readonly id: string;
  readonly state: HunkState;
  /** Where `oldText` stands in the file's `version`. */
  readonly range: Range;
  readonly oldText: string;
  readonly newText: string;
  readonly title: string;
  readonly why: string;
  /** `agent`, or the command that wrote it. */
  readonly author: string;
}

export interface FileReview {
  readonly uri: string;
  readonly kind: ChangeKind;
  readonly newUri?: string;
  /** The open document's version that the ranges are positions in; null for a closed file. */
  readonly version: number | null;
  readonly baseHash: string;
  readonly binary?: boolean;
  readonly hunks: readonly Hunk[];
}

/** `singletree/review`: a review whole, or what changed in it since the last notification. */
export interface ReviewParams {
  readonly reviewId: string;
  readonly rev: number;
  readonly sessionId: string;
  readonly turnId: string;
  readonly files: readonly FileReview[];
  readonly removed: readonly string[];
  readonly whole: boolean;
}
export const REVIEW = "singletree/review";

/** Fewer keys select more hunks; `rev` is what the user saw, and what is newer is left alone. */
export interface ReviewSelection {
  reviewId?: string;
  uri?: string;
  /** Several are one decision: one edit, and one undo. */
  hunkId?: string | readonly string[];
  rev?: number;
}

// ---- turns -----------------------------------------------------------------------------------------------------

export type TurnState = "running" | "completed" | "stopped" | "failed";

export interface TurnParams {
  readonly turnId: string;
  readonly state: TurnState;
  readonly text?: string;
  readonly stopReason?: string;
  readonly error?: string;
}
export const TURN = "singletree/turn";

export interface RunArguments {
  command: string;
  textDocument?: { uri: string };
  range?: Range;
  diagnostics?: Diagnostic[];
  prompt?: string;
  sessionId?: string;
  model?: string;
}

export interface Started {
  readonly sessionId: string;
  readonly turnId: string;
}

/** The commands of `workspace/executeCommand`. */
export const SERVER = {
  run: "singletree.run",
  stop: "singletree.stop",
  keep: "singletree.review.keep",
  reject: "singletree.review.reject",
  undo: "singletree.review.undo",
  state: "singletree.review.state",
  show: "singletree.review.show",
  approve: "singletree.approve",
  commands: "singletree.commands",
} as const;

/** One of the commands that the server knows, the user's own among them. */
export interface ServerCommand {
  readonly name: string;
  readonly description?: string;
}

/** The user's words, where the server needs some. */
export const INPUT = "singletree/input";
export interface InputParams {
  readonly title: string;
}
export interface InputAnswer {
  readonly text: string | null;
}

// ---- the editor's own knowledge --------------------------------------------------------------------------------

export const IDE_TOOLS = ["diagnostics", "definition", "references", "symbols", "rename", "format"] as const;
export type IdeTool = (typeof IDE_TOOLS)[number];
export const ideMethod = (tool: IdeTool): string => `singletree/ide/${tool}`;

export interface IdePlace {
  readonly uri: string;
  readonly position: Position;
}
export interface IdeDiagnostics {
  readonly files: { uri: string; version: number | null; diagnostics: Diagnostic[] }[];
}
export interface IdeLocations {
  readonly locations: Location[];
}
export interface IdeSymbols {
  readonly symbols: { name: string; kind: SymbolKind; containerName?: string; location: Location }[];
}
export interface IdeRename {
  readonly edit: WorkspaceEdit | null;
}
export interface IdeFormat {
  readonly edits: TextEdit[];
}
