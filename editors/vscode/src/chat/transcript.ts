// A session as the chat shows it: a list of entries, and what stands beside it (modes, usage, title). Host and webview
// run this same reducer, so that only changes travel between them. Pure: no editor, no DOM.

import type {
  Bill,
  Command,
  ConfigOption,
  ContentBlock,
  Modes,
  PermissionRequest,
  PlanEntry,
  QuestionRequest,
  SessionUpdate,
  ToolCall,
  Usage,
} from "./acp";

export type Entry =
  | { kind: "user"; text: string; blocks: ContentBlock[]; message?: number; echo: boolean }
  | { kind: "agent" | "thought"; text: string; messageId?: string; done: boolean }
  | { kind: "tool"; call: ToolCall }
  | { kind: "plan"; entries: PlanEntry[] }
  | { kind: "permission"; key: string; request: PermissionRequest; answer?: string }
  | { kind: "question"; key: string; request: QuestionRequest; answer?: string }
  | { kind: "context"; bill: Bill }
  | { kind: "notice"; text: string }
  | { kind: "end"; reason: string; error?: string };

export interface Transcript {
  id: string;
  title: string;
  entries: Entry[];
  running: boolean;
  modes: Modes | null;
  options: ConfigOption[];
  commands: Command[];
  usage: Usage | null;
}

/** What happens to a session, in order. */
export type Change =
  | { type: "update"; update: SessionUpdate }
  | { type: "sent"; blocks: ContentBlock[] }
  | { type: "started" }
  | { type: "ended"; reason: string; error?: string }
  | { type: "permission"; key: string; request: PermissionRequest }
  | { type: "question"; key: string; request: QuestionRequest }
  | { type: "answered"; key: string; answer: string }
  | { type: "context"; bill: Bill }
  | { type: "notice"; text: string }
  | { type: "state"; modes: Modes | null; options: ConfigOption[] };

export function emptyTranscript(id: string): Transcript {
  return { id, title: "", entries: [], running: false, modes: null, options: [], commands: [], usage: null };
}

/** Answers the indexes of the entries that are new or look different now. */
export function apply(transcript: Transcript, change: Change): number[] {
  switch (change.type) {
    case "update":
      return applyUpdate(transcript, change.update);
    case "sent":
      return [...finishText(transcript), push(transcript, userEntry(change.blocks, true))];
    case "started":
      transcript.running = true;
      return [];
    case "ended":
      return endTurn(transcript, change.reason, change.error);
    case "permission":
    case "question":
      return ask(transcript, change);
    case "answered":
      return answer(transcript, change.key, change.answer);
    case "context":
      if (change.bill.items.length === 0) return [];
      return [...finishText(transcript), push(transcript, { kind: "context", bill: change.bill })];
    case "notice":
      return [...finishText(transcript), push(transcript, { kind: "notice", text: change.text })];
    case "state":
      transcript.modes = change.modes;
      transcript.options = change.options;
      return [];
  }
}

function applyUpdate(transcript: Transcript, update: SessionUpdate): number[] {
  switch (update.sessionUpdate) {
    case "user_message_chunk":
      return userChunk(transcript, update.content, update._meta?.singletree?.message);
    case "agent_message_chunk":
      return textChunk(transcript, "agent", update.content, update.messageId ?? undefined);
    case "agent_thought_chunk":
      return textChunk(transcript, "thought", update.content, update.messageId ?? undefined);
    case "tool_call":
    case "tool_call_update":
      return toolCall(transcript, update);
    case "plan":
      return plan(transcript, update.entries);
    case "available_commands_update":
      transcript.commands = update.availableCommands;
      return [];
    case "current_mode_update":
      if (transcript.modes) transcript.modes = { ...transcript.modes, currentModeId: update.currentModeId };
      return [];
    case "config_option_update":
      transcript.options = update.configOptions;
      return [];
    case "session_info_update":
      return sessionInfo(transcript, update);
    case "usage_update":
      transcript.usage = { used: update.used, size: update.size, cost: update.cost ?? null };
      return [];
    default:
      return [];
  }
}

function sessionInfo(
  transcript: Transcript,
  update: Extract<SessionUpdate, { sessionUpdate: "session_info_update" }>,
): number[] {
  if (typeof update.title === "string") transcript.title = update.title;
  const turn = update._meta?.singletree;
  if (turn?.running === true) transcript.running = true;
  if (turn?.running === false && transcript.running) {
    return endTurn(transcript, turn.stopReason ?? "end_turn", turn.error);
  }
  return [];
}

function push(transcript: Transcript, entry: Entry): number {
  return transcript.entries.push(entry) - 1;
}

function userEntry(blocks: ContentBlock[], echo: boolean): Extract<Entry, { kind: "user" }> {
  return { kind: "user", text: blocks.map(textOf).join(""), blocks: blocks.filter(isAttachment), echo };
}

function textOf(block: ContentBlock): string {
  return block.type === "text" ? block.text : "";
}

function isAttachment(block: ContentBlock): boolean {
  return block.type !== "text";
}

/** The echo of what was just sent gives way to the server's own account of it, which carries the number. */
function userChunk(transcript: Transcript, content: ContentBlock, message: number | undefined): number[] {
  const changed = finishText(transcript);
  const last = transcript.entries.findLastIndex((entry) => entry.kind === "user");
  const entry = transcript.entries[last];
  if (entry?.kind === "user") {
    if (entry.echo) {
      transcript.entries[last] = { ...userEntry([content], false), ...numbered(message) };
      return [...changed, last];
    }
    const adjacent = last === transcript.entries.length - 1;
    if (message === undefined ? adjacent : entry.message === message) {
      entry.text += textOf(content);
      if (isAttachment(content)) entry.blocks = [...entry.blocks, content];
      return [...changed, last];
    }
  }
  return [...changed, push(transcript, { ...userEntry([content], false), ...numbered(message) })];
}

function numbered(message: number | undefined): { message?: number } {
  return message === undefined ? {} : { message };
}

function textChunk(
  transcript: Transcript,
  kind: "agent" | "thought",
  content: ContentBlock,
  messageId: string | undefined,
): number[] {
  const index = transcript.entries.length - 1;
  const last = transcript.entries[index];
  if (last?.kind === kind && !last.done && sameMessage(last.messageId, messageId)) {
    last.text += textOf(content);
    return [index];
  }
  const entry: Entry = { kind, text: textOf(content), done: false };
  if (messageId !== undefined) entry.messageId = messageId;
  return [...finishText(transcript), push(transcript, entry)];
}

function sameMessage(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** Text that something follows will not grow any more. */
function finishText(transcript: Transcript): number[] {
  const index = transcript.entries.length - 1;
  const last = transcript.entries[index];
  if ((last?.kind === "agent" || last?.kind === "thought") && !last.done) {
    last.done = true;
    return [index];
  }
  return [];
}

function toolCall(transcript: Transcript, update: ToolCall): number[] {
  const index = transcript.entries.findLastIndex(
    (entry) => entry.kind === "tool" && entry.call.toolCallId === update.toolCallId,
  );
  const known = transcript.entries[index];
  if (known?.kind === "tool") {
    known.call = merged(known.call, update);
    return [index];
  }
  const call = merged({ toolCallId: update.toolCallId }, update);
  return [...finishText(transcript), push(transcript, { kind: "tool", call })];
}

function merged(call: ToolCall, update: ToolCall): ToolCall {
  const fields = Object.entries(update).filter(
    ([name, value]) => value !== null && value !== undefined && name !== "sessionUpdate",
  );
  return { ...call, ...Object.fromEntries(fields) };
}

/** One plan a turn: it is updated where it stands. */
function plan(transcript: Transcript, entries: PlanEntry[]): number[] {
  const turn = transcript.entries.findLastIndex((entry) => entry.kind === "user");
  const index = transcript.entries.findLastIndex((entry) => entry.kind === "plan");
  const known = transcript.entries[index];
  if (known?.kind === "plan" && index > turn) {
    known.entries = entries;
    return [index];
  }
  return [...finishText(transcript), push(transcript, { kind: "plan", entries })];
}

/** A question that is asked again (after a reload) takes the place of its first asking. */
function ask(transcript: Transcript, change: Extract<Change, { type: "permission" | "question" }>): number[] {
  const entry: Entry =
    change.type === "permission"
      ? { kind: "permission", key: change.key, request: change.request }
      : { kind: "question", key: change.key, request: change.request };
  const index = transcript.entries.findIndex((known) => "key" in known && known.key === change.key);
  if (index >= 0) {
    transcript.entries[index] = entry;
    return [index];
  }
  return [...finishText(transcript), push(transcript, entry)];
}

function answer(transcript: Transcript, key: string, words: string): number[] {
  const index = transcript.entries.findIndex((entry) => "key" in entry && entry.key === key);
  const entry = transcript.entries[index];
  if (entry?.kind !== "permission" && entry?.kind !== "question") return [];
  entry.answer = words;
  return [index];
}

/** A plain end of a turn leaves no mark; a stop, a limit or a failure does. */
function endTurn(transcript: Transcript, reason: string, error: string | undefined): number[] {
  transcript.running = false;
  const changed = finishText(transcript);
  const closed = closeQuestions(transcript);
  if (reason === "end_turn") return [...changed, ...closed];
  const end: Entry = error === undefined ? { kind: "end", reason } : { kind: "end", reason, error };
  return [...changed, ...closed, push(transcript, end)];
}

function closeQuestions(transcript: Transcript): number[] {
  const turn = transcript.entries.findLastIndex((entry) => entry.kind === "user");
  const closed: number[] = [];
  for (let index = Math.max(turn, 0); index < transcript.entries.length; index++) {
    const entry = transcript.entries[index];
    if ((entry?.kind === "permission" || entry?.kind === "question") && entry.answer === undefined) {
      entry.answer = "closed";
      closed.push(index);
    }
  }
  return closed;
}
