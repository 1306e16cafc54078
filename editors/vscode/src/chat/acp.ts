// The JSON of ACP v1, as far as the chat reads it. The server is trusted to follow the schema; what it may leave out
// is optional here, and what the chat does not know it passes over.

export interface Meta<T> {
  _meta?: { singletree?: T } | null;
}

export type ContentBlock =
  | { type: "text"; text: string }
  | { type: "image"; mimeType: string; data: string }
  | { type: "resource_link"; uri: string; name: string }
  | { type: "resource"; resource: { uri: string; text: string; mimeType?: string } };

export type ToolKind =
  | "read"
  | "edit"
  | "delete"
  | "move"
  | "search"
  | "execute"
  | "think"
  | "fetch"
  | "switch_mode"
  | "other";

export type ToolStatus = "pending" | "in_progress" | "completed" | "failed";

export type ToolContent =
  | { type: "content"; content: ContentBlock }
  | { type: "diff"; path: string; oldText?: string | null; newText: string }
  | { type: "terminal"; terminalId: string };

export interface ToolLocation {
  path: string;
  /** From 1. */
  line?: number | null;
}

/** A tool call, or what changed of it: a field that is absent or null stays as it was. */
export interface ToolCall {
  toolCallId: string;
  title?: string | null;
  kind?: ToolKind | null;
  status?: ToolStatus | null;
  content?: ToolContent[] | null;
  locations?: ToolLocation[] | null;
  rawInput?: unknown;
  rawOutput?: unknown;
}

export interface PlanEntry {
  content: string;
  priority?: "high" | "medium" | "low";
  status: "pending" | "in_progress" | "completed";
}

export interface Command {
  name: string;
  description: string;
  input?: { hint: string } | null;
}

export interface Modes {
  currentModeId: string;
  availableModes: { id: string; name: string; description?: string | null }[];
}

export interface ConfigChoice {
  value: string;
  name: string;
  description?: string | null;
}

export interface ConfigGroup {
  group: string;
  name: string;
  options: ConfigChoice[];
}

export type ConfigOption = {
  id: string;
  name: string;
  description?: string | null;
  category?: string | null;
} & (
  | { type: "select"; currentValue: string; options: ConfigChoice[] | ConfigGroup[] }
  | { type: "boolean"; currentValue: boolean }
);

export interface Usage {
  used: number;
  size: number;
  cost?: { amount: number; currency: string } | null;
}

/** How a turn stands, told by session_info_update to those who did not start it. */
export interface TurnMeta {
  running?: boolean;
  stopReason?: string;
  error?: string;
}

type Chunk = { content: ContentBlock; messageId?: string | null } & Meta<{ message?: number }>;

export type SessionUpdate =
  | ({ sessionUpdate: "user_message_chunk" } & Chunk)
  | ({ sessionUpdate: "agent_message_chunk" } & Chunk)
  | ({ sessionUpdate: "agent_thought_chunk" } & Chunk)
  | ({ sessionUpdate: "tool_call" } & ToolCall)
  | ({ sessionUpdate: "tool_call_update" } & ToolCall)
  | { sessionUpdate: "plan"; entries: PlanEntry[] }
  | { sessionUpdate: "available_commands_update"; availableCommands: Command[] }
  | { sessionUpdate: "current_mode_update"; currentModeId: string }
  | { sessionUpdate: "config_option_update"; configOptions: ConfigOption[] }
  | ({ sessionUpdate: "session_info_update"; title?: string | null } & Meta<TurnMeta>)
  | ({ sessionUpdate: "usage_update" } & Usage);

/** What `session/new`, `session/load`, `session/resume` and `session/fork` answer. */
export type SessionState = {
  sessionId?: string;
  modes?: Modes | null;
  configOptions?: ConfigOption[] | null;
} & Meta<TurnMeta>;

export interface SessionInfo {
  sessionId: string;
  cwd?: string;
  title?: string | null;
  updatedAt?: string | null;
  /** Where a search found its words. */
  excerpt?: string;
}

export interface PermissionOption {
  optionId: string;
  name: string;
  kind: "allow_once" | "allow_always" | "reject_once" | "reject_always";
}

/** Why a permission is asked for: the whole action, the rule behind the question, and who asks. */
export interface PermissionMeta {
  action?: string;
  rule?: string;
  reason?: string;
  place?: string;
  from?: string;
  /** The rules that *always* would write, one a line. */
  always?: string[];
}

export type PermissionRequest = {
  sessionId: string;
  toolCall: ToolCall;
  options: PermissionOption[];
} & Meta<PermissionMeta>;

export type PermissionAnswer = {
  outcome: { outcome: "cancelled" } | { outcome: "selected"; optionId: string };
} & Meta<{ reason?: string }>;

interface FieldText {
  title?: string | null;
  description?: string | null;
}

export type FieldSchema = FieldText &
  (
    | {
        type: "string";
        default?: string | null;
        enum?: string[] | null;
        oneOf?: { const: string; title: string; description?: string | null }[] | null;
        format?: string | null;
        minLength?: number | null;
        maxLength?: number | null;
        pattern?: string | null;
      }
    | { type: "number" | "integer"; default?: number | null; minimum?: number | null; maximum?: number | null }
    | { type: "boolean"; default?: boolean | null }
    | {
        type: "array";
        default?: string[] | null;
        items: { enum?: string[]; anyOf?: { const: string; title: string }[] };
      }
  );

export type QuestionRequest = {
  mode: string;
  sessionId?: string;
  toolCallId?: string | null;
  message: string;
  requestedSchema?: {
    title?: string | null;
    description?: string | null;
    properties?: Record<string, FieldSchema>;
    required?: string[] | null;
  };
} & Meta<{ id?: string; from?: string }>;

export type FieldValue = string | number | boolean | string[];

export type QuestionAnswer =
  | { action: "accept"; content: Record<string, FieldValue> }
  | { action: "decline" }
  | { action: "cancel" };

/** One piece of the context: a file or parts of it, and why it was chosen. */
export interface BillItem {
  path: string;
  tokens: number;
  level?: string;
  ranges?: [number, number][];
  why?: string[];
  pinned?: boolean;
}

/** What a prompt will send along, before it is sent. */
export interface Bill {
  items: BillItem[];
  tokens: number;
  budget: number;
  costUsd?: number | null;
}

export interface MentionItem {
  label: string;
  detail?: string;
  uri: string;
  /** Lines from 1, inclusive. */
  range?: [first: number, last: number] | null;
}
