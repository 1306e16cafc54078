// What the page knows, and the few things that every part of it may say.

import type { SessionInfo } from "../src/chat/acp";
import type { Environment, Remedy } from "../src/chat/protocol";
import type { ServerState } from "../src/chat/services";
import type { Transcript } from "../src/chat/transcript";

export interface Problem {
  message: string;
  remedy: Remedy;
}

export interface SessionListState {
  query: string;
  sessions: SessionInfo[];
  more: boolean;
  /** The row that is being renamed or asked about. */
  renaming: string | undefined;
  deleting: string | undefined;
}

export interface State {
  environment: Environment | undefined;
  server: ServerState;
  loading: boolean;
  session: Transcript | null;
  panel: "chat" | "sessions";
  list: SessionListState;
  problems: Problem[];
  /** Shows what went wrong here, in the page. */
  problem(message: string): void;
  /** The user has sent a message: the conversation goes to its end. */
  sent(): void;
}
