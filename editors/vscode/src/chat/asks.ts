// Open questions of the server: permissions and forms. Each waits for the first of an answer, a withdrawal and the
// end of the connection.

import type { CancellationToken } from "vscode-languageclient/node";

import type { PermissionAnswer, PermissionRequest, QuestionAnswer, QuestionRequest } from "./acp";
import type { Change } from "./transcript";

interface Open<Answer> {
  session: string;
  resolve(answer: Answer): void;
}

export class Asks {
  readonly #permissions = new Map<string, Open<PermissionAnswer> & { request: PermissionRequest }>();
  readonly #questions = new Map<string, Open<QuestionAnswer>>();
  #unnamed = 0;

  /** `change` shows it in the session it belongs to. */
  constructor(readonly change: (session: string, change: Change) => void) {}

  get count(): number {
    return this.#permissions.size + this.#questions.size;
  }

  permission(request: PermissionRequest, withdrawn: CancellationToken): Promise<PermissionAnswer> {
    const key = permissionKey(request.sessionId, request.toolCall.toolCallId);
    return new Promise((resolve) => {
      this.#permissions.set(key, { session: request.sessionId, request, resolve });
      withdrawn.onCancellationRequested(() => this.closePermission(key));
      this.change(request.sessionId, { type: "permission", key, request });
    });
  }

  question(request: QuestionRequest, session: string, withdrawn: CancellationToken): Promise<QuestionAnswer> {
    const key = questionKey(request._meta?.singletree?.id ?? request.toolCallId ?? String(++this.#unnamed));
    return new Promise((resolve) => {
      this.#questions.set(key, { session, resolve });
      withdrawn.onCancellationRequested(() => this.closeQuestion(key));
      this.change(session, { type: "question", key, request });
    });
  }

  permit(key: string, optionId: string, reason: string | undefined): void {
    const open = this.#permissions.get(key);
    const option = open?.request.options.find((one) => one.optionId === optionId);
    if (!open || !option) return;
    this.#permissions.delete(key);
    open.resolve({
      outcome: { outcome: "selected", optionId },
      ...(reason === undefined ? {} : { _meta: { singletree: { reason } } }),
    });
    this.change(open.session, { type: "answered", key, answer: option.kind });
  }

  answer(key: string, answer: QuestionAnswer): void {
    const open = this.#questions.get(key);
    if (!open) return;
    this.#questions.delete(key);
    open.resolve(answer);
    this.change(open.session, { type: "answered", key, answer: answer.action });
  }

  closePermission(key: string): void {
    const open = this.#permissions.get(key);
    if (!open) return;
    this.#permissions.delete(key);
    open.resolve({ outcome: { outcome: "cancelled" } });
    this.change(open.session, { type: "answered", key, answer: "closed" });
  }

  closeQuestion(key: string): void {
    const open = this.#questions.get(key);
    if (!open) return;
    this.#questions.delete(key);
    open.resolve({ action: "cancel" });
    this.change(open.session, { type: "answered", key, answer: "closed" });
  }

  /** The turn was stopped, or the session is gone: nobody will answer these. */
  closeAll(session?: string): void {
    for (const [key, open] of [...this.#permissions]) {
      if (session === undefined || open.session === session) this.closePermission(key);
    }
    for (const [key, open] of [...this.#questions]) {
      if (session === undefined || open.session === session) this.closeQuestion(key);
    }
  }
}

export function permissionKey(session: string, toolCall: string): string {
  return `permission:${session}:${toolCall}`;
}

export function questionKey(id: string): string {
  return `question:${id}`;
}
