// ACP over the language client's connection: the methods the chat calls, and what the server sends back.

import type { Disposable } from "vscode";
import type { CancellationToken, LanguageClient } from "vscode-languageclient/node";

import type {
  Bill,
  PermissionAnswer,
  PermissionRequest,
  QuestionAnswer,
  QuestionRequest,
  SessionUpdate,
} from "./acp";
import type { ChatServices } from "./services";

/** What the server tells and asks. An ask may be withdrawn by its token. */
export interface ServerListener {
  update(session: string, update: SessionUpdate): void;
  permission(request: PermissionRequest, withdrawn: CancellationToken): Promise<PermissionAnswer>;
  permissionClosed(session: string, toolCall: string): void;
  question(request: QuestionRequest, withdrawn: CancellationToken): Promise<QuestionAnswer>;
  questionClosed(id: string): void;
  context(session: string, bill: Bill): void;
  notice(session: string, message: string): void;
}

export class Connection implements Disposable {
  #client: LanguageClient | undefined;
  #handlers: Disposable[] = [];

  constructor(
    readonly services: ChatServices,
    readonly listener: ServerListener,
  ) {}

  async request<T>(method: string, params: object): Promise<T> {
    const client = await this.services.client();
    this.attach(client);
    return client.sendRequest<T>(method, params);
  }

  async notify(method: string, params: object): Promise<void> {
    const client = await this.services.client();
    this.attach(client);
    await client.sendNotification(method, params);
  }

  /** Listens to that client from now on; to listen twice to the same one does nothing. */
  attach(client: LanguageClient): void {
    if (client === this.#client) return;
    this.dispose();
    this.#client = client;
    const { listener } = this;
    this.#handlers = [
      client.onNotification("session/update", (params: { sessionId: string; update: SessionUpdate }) =>
        listener.update(params.sessionId, params.update),
      ),
      client.onNotification("_singletree/context", (params: { sessionId: string } & Bill) =>
        listener.context(params.sessionId, params),
      ),
      client.onNotification("_singletree/notice", (params: { sessionId: string; message: string }) =>
        listener.notice(params.sessionId, params.message),
      ),
      client.onNotification("_singletree/permission/closed", (params: { sessionId: string; toolCallId: string }) =>
        listener.permissionClosed(params.sessionId, params.toolCallId),
      ),
      client.onNotification("_singletree/elicitation/closed", (params: { id: string }) =>
        listener.questionClosed(params.id),
      ),
      client.onRequest("session/request_permission", (params: PermissionRequest, token: CancellationToken) =>
        listener.permission(params, token),
      ),
      client.onRequest("elicitation/create", (params: QuestionRequest, token: CancellationToken) =>
        listener.question(params, token),
      ),
    ];
  }

  dispose(): void {
    for (const handler of this.#handlers) handler.dispose();
    this.#handlers = [];
    this.#client = undefined;
  }
}

/** The sentence of an error, without the type of whatever threw it. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What kind of failure the server says it was. */
export function cause(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("data" in error)) return undefined;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("cause" in data)) return undefined;
  return typeof data.cause === "string" ? data.cause : undefined;
}
