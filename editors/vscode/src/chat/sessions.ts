// The sessions that this window follows. One is shown; others go on in the background while a turn of theirs runs.

import type { CancellationToken } from "vscode-languageclient/node";

import type {
  Bill,
  ContentBlock,
  PermissionAnswer,
  PermissionRequest,
  QuestionAnswer,
  QuestionRequest,
  SessionInfo,
  SessionState,
  SessionUpdate,
} from "./acp";
import { Asks, permissionKey, questionKey } from "./asks";
import { cause, Connection, sentence, type ServerListener } from "./connection";
import type { ChatServices } from "./services";
import { apply, emptyTranscript, type Change, type Transcript } from "./transcript";

/** Where changes go: the view, if one is there. */
export interface SessionsListener {
  changed(session: string, change: Change): void;
  shown(transcript: Transcript | null): void;
  loading(): void;
  asked(count: number): void;
}

interface Followed {
  transcript: Transcript;
  /** While history is replayed, changes are not told one by one. */
  loading: boolean;
  /** Prompts that wait for the end of their turn. */
  prompts: number;
}

export class Sessions implements ServerListener {
  readonly connection: Connection;
  readonly asks: Asks;
  readonly #followed = new Map<string, Followed>();
  #current: string | undefined;
  /** The newest wish to show a session: an older one that is still loading gives way. */
  #wish = 0;
  /** What is told of sessions that are not named yet: the server may speak of a new one before it answers. */
  readonly #early = new Map<string, Change[]>();
  #creating = 0;

  constructor(
    services: ChatServices,
    readonly listener: SessionsListener,
    readonly folder: () => string,
  ) {
    this.connection = new Connection(services, this);
    this.asks = new Asks((session, change) => {
      this.#change(session, change);
      listener.asked(this.asks.count);
    });
  }

  get current(): Transcript | null {
    return this.#current === undefined ? null : (this.#followed.get(this.#current)?.transcript ?? null);
  }

  get isLoading(): boolean {
    return this.#current !== undefined && this.#followed.get(this.#current)?.loading === true;
  }

  async create(): Promise<Transcript> {
    const wish = this.#begin();
    this.#creating++;
    const asked = this.connection.request<SessionState & { sessionId: string }>("session/new", {
      cwd: this.folder(),
      mcpServers: [],
    });
    const state = await this.#orBack(asked).finally(() => this.#creating--);
    const followed = this.#follow(state.sessionId);
    this.#takeState(followed.transcript, state);
    for (const change of this.#early.get(state.sessionId) ?? []) apply(followed.transcript, change);
    if (this.#creating === 0) this.#early.clear();
    if (wish === this.#wish) this.#show(state.sessionId);
    return followed.transcript;
  }

  /** Replays the session and follows it; a turn that runs in it goes on under the reader's eyes. */
  async load(session: string): Promise<void> {
    const wish = this.#begin();
    const known = this.#followed.get(session);
    if (known && !known.loading) {
      this.#show(session);
      return;
    }
    const followed: Followed = { transcript: emptyTranscript(session), loading: true, prompts: 0 };
    this.#followed.set(session, followed);
    try {
      const state = await this.#orBack(
        this.connection.request<SessionState>("session/load", {
          sessionId: session,
          cwd: this.folder(),
          mcpServers: [],
        }),
      );
      this.#takeState(followed.transcript, state);
      followed.loading = false;
      if (wish === this.#wish) this.#show(session);
    } catch (error) {
      this.#followed.delete(session);
      throw error;
    }
  }

  /** A new server process knows none of what was loaded from the old one. */
  forget(): void {
    this.asks.closeAll();
    this.#followed.clear();
  }

  async prompt(blocks: ContentBlock[], pinned: string[], dropped: string[]): Promise<void> {
    const transcript = this.current ?? (await this.create());
    const followed = this.#followed.get(transcript.id);
    if (!followed) return;
    followed.prompts++;
    this.#change(transcript.id, { type: "sent", blocks });
    this.#change(transcript.id, { type: "started" });
    const choice = pinned.length + dropped.length > 0 ? { _meta: { singletree: { pinned, dropped } } } : {};
    try {
      const { stopReason } = await this.connection.request<{ stopReason: string }>("session/prompt", {
        sessionId: transcript.id,
        prompt: blocks,
        ...choice,
      });
      this.#ended(followed, stopReason);
    } catch (error) {
      this.#ended(followed, cause(error) ?? "failed", sentence(error));
    }
  }

  async stop(): Promise<void> {
    const session = this.#current;
    if (session === undefined) return;
    await this.connection.notify("session/cancel", { sessionId: session });
    this.asks.closeAll(session);
  }

  /** Back to before the user's message with that number; its blocks are given back for editing. */
  async rewind(message: number): Promise<{ text: string; blocks: ContentBlock[] }> {
    const transcript = this.current;
    if (!transcript) return { text: "", blocks: [] };
    const { text } = await this.connection.request<{ text: string }>("_singletree/session/rewind", {
      sessionId: transcript.id,
      message,
    });
    const index = transcript.entries.findIndex((entry) => entry.kind === "user" && entry.message === message);
    const entry = transcript.entries[index];
    if (index >= 0) transcript.entries.length = index;
    this.listener.shown(transcript);
    return { text, blocks: entry?.kind === "user" ? entry.blocks : [] };
  }

  /** The last message again, in place of what came of it. */
  async retry(): Promise<void> {
    const transcript = this.current;
    if (!transcript || transcript.running) return;
    const index = transcript.entries.findLastIndex((entry) => entry.kind === "user");
    const entry = transcript.entries[index];
    if (entry?.kind !== "user") return;
    const blocks: ContentBlock[] = [{ type: "text", text: entry.text }, ...entry.blocks];
    if (entry.message !== undefined) await this.rewind(entry.message);
    else {
      transcript.entries.length = index;
      this.listener.shown(transcript);
    }
    await this.prompt(blocks, [], []);
  }

  async list(query: string, cursor?: string): Promise<{ sessions: SessionInfo[]; nextCursor?: string | null }> {
    if (query.trim() !== "") return this.connection.request("_singletree/session/search", { query });
    return this.connection.request("session/list", cursor === undefined ? {} : { cursor });
  }

  async fork(session: string): Promise<void> {
    const { sessionId } = await this.connection.request<{ sessionId: string }>("session/fork", {
      sessionId: session,
      cwd: this.folder(),
      mcpServers: [],
    });
    await this.load(sessionId);
  }

  async rename(session: string, title: string): Promise<void> {
    await this.connection.request("_singletree/session/rename", { sessionId: session, title });
    this.#change(session, { type: "update", update: { sessionUpdate: "session_info_update", title } });
  }

  async delete(session: string): Promise<void> {
    await this.connection.request("session/delete", { sessionId: session });
    this.asks.closeAll(session);
    this.#followed.delete(session);
    if (session === this.#current) await this.create();
  }

  async setMode(modeId: string): Promise<void> {
    const session = this.#current;
    if (session === undefined) return;
    await this.connection.request("session/set_mode", { sessionId: session, modeId });
    this.#change(session, { type: "update", update: { sessionUpdate: "current_mode_update", currentModeId: modeId } });
  }

  async setOption(configId: string, value: string | boolean): Promise<void> {
    const session = this.#current;
    if (session === undefined) return;
    const { configOptions } = await this.connection.request<SessionState>("session/set_config_option", {
      sessionId: session,
      configId,
      value,
    });
    if (!configOptions) return;
    this.#change(session, { type: "update", update: { sessionUpdate: "config_option_update", configOptions } });
  }

  async export(): Promise<string | undefined> {
    if (this.#current === undefined) return undefined;
    const answer = await this.connection.request<{ markdown: string }>("_singletree/session/export", {
      sessionId: this.#current,
    });
    return answer.markdown;
  }

  async preview(blocks: ContentBlock[], pinned: string[], dropped: string[]): Promise<Bill> {
    const session = this.#current === undefined ? {} : { sessionId: this.#current };
    return this.connection.request("_singletree/context/preview", { ...session, prompt: blocks, pinned, dropped });
  }

  update(session: string, update: SessionUpdate): void {
    this.#change(session, { type: "update", update });
  }

  permission(request: PermissionRequest, withdrawn: CancellationToken): Promise<PermissionAnswer> {
    return this.asks.permission(request, withdrawn);
  }

  permissionClosed(session: string, toolCall: string): void {
    this.asks.closePermission(permissionKey(session, toolCall));
  }

  question(request: QuestionRequest, withdrawn: CancellationToken): Promise<QuestionAnswer> {
    if (request.mode !== "form") return Promise.resolve({ action: "cancel" });
    const session = request.sessionId ?? this.#current ?? "";
    return this.asks.question(request, session, withdrawn);
  }

  questionClosed(id: string): void {
    this.asks.closeQuestion(questionKey(id));
  }

  context(session: string, { items, tokens, budget }: Bill): void {
    this.#change(session, { type: "context", bill: { items, tokens, budget } });
  }

  notice(session: string, text: string): void {
    this.#change(session, { type: "notice", text });
  }

  dispose(): void {
    this.connection.dispose();
  }

  #begin(): number {
    this.listener.loading();
    return ++this.#wish;
  }

  /** When another session cannot be had, the one that was shown is shown again. */
  async #orBack<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      this.listener.shown(this.isLoading ? null : this.current);
      throw error;
    }
  }

  #follow(session: string): Followed {
    const followed: Followed = this.#followed.get(session) ?? {
      transcript: emptyTranscript(session),
      loading: false,
      prompts: 0,
    };
    this.#followed.set(session, followed);
    return followed;
  }

  #takeState(transcript: Transcript, state: SessionState): void {
    apply(transcript, { type: "state", modes: state.modes ?? null, options: state.configOptions ?? [] });
    const running = state._meta?.singletree?.running;
    if (running !== undefined) transcript.running = running;
  }

  /** The session that is left is closed unless something still runs in it. */
  #show(session: string): void {
    const left = this.#current;
    this.#current = session;
    this.listener.shown(this.current);
    if (left === undefined || left === session) return;
    const followed = this.#followed.get(left);
    if (!followed || followed.transcript.running || followed.prompts > 0) return;
    this.#followed.delete(left);
    void this.connection.request("session/close", { sessionId: left }).catch(() => undefined);
  }

  #change(session: string, change: Change): void {
    const followed = this.#followed.get(session);
    if (!followed) {
      if (this.#creating > 0) this.#early.set(session, [...(this.#early.get(session) ?? []), change]);
      return;
    }
    apply(followed.transcript, change);
    if (session === this.#current && !followed.loading) this.listener.changed(session, change);
  }

  /** Prompts that steered a turn are all answered when it ends: the last answer is its end. */
  #ended(followed: Followed, reason: string, error?: string): void {
    followed.prompts--;
    const { id, running } = followed.transcript;
    if (this.#followed.get(id) !== followed) return;
    if (followed.prompts > 0) {
      if (error !== undefined) this.#change(id, { type: "notice", text: error });
      return;
    }
    if (!running && error === undefined) return;
    this.#change(id, error === undefined ? { type: "ended", reason } : { type: "ended", reason, error });
  }
}
