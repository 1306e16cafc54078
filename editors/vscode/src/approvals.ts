// Questions of turns that no chat shows: whether a command may run, which way to go. The server asks by
// `window/showMessageRequest`, once the user is not typing or has asked for it; until then the status bar says that
// there is a question. Reject is the first choice, and no answer is none.

import { l10n, window, type CancellationToken } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { CodeAction, Command, ShowMessageRequestParams } from "vscode-languageclient";

import { plain } from "./plain";
import { SERVER } from "./protocol";
import type { Execute } from "./server/execute";

type Answer = { title: string } | null;

/** How long a message stays in the status bar. */
const NOTHING_MS = 6000;
/** The server asks at once when it is told to. */
const WANTED_MS = 3000;

interface Pending {
  readonly title: string;
  readonly argument: object;
}

export class Approvals {
  private pending: readonly Pending[] = [];
  /** The user asked for the next prompt, so it may be one that takes the focus. */
  private wantedUntil = 0;
  /** A notice that waits for an answer. */
  private standing: { params: ShowMessageRequestParams; answer: (answer: Answer) => void } | undefined;

  constructor(
    private readonly execute: Execute,
    private readonly changed: () => void,
  ) {}

  get count(): number {
    return Math.max(this.pending.length, this.standing ? 1 : 0);
  }

  /** Looks for open questions. The server lists them as code actions in any file, and in no other way. */
  async look(client: LanguageClient): Promise<void> {
    const at = { line: 0, character: 0 };
    const offered = await client
      .sendRequest<(CodeAction | Command)[] | null>("textDocument/codeAction", {
        textDocument: { uri: "untitled:questions" },
        range: { start: at, end: at },
        context: { diagnostics: [], only: ["quickfix"] },
      })
      // A server that is on its way out has no questions.
      .catch(() => null);
    const found = (offered ?? []).flatMap((action) => {
      const command = typeof action.command === "string" ? (action as Command) : action.command;
      return command?.command === SERVER.approve
        ? [{ title: command.title, argument: (command.arguments?.[0] ?? {}) as object }]
        : [];
    });
    if (found.length !== this.pending.length) {
      this.pending = found;
      this.changed();
    }
  }

  /** Nothing runs any more, so nothing is asked. */
  clear(): void {
    this.standing?.answer(null);
    this.pending = [];
    this.changed();
  }

  /** Puts the oldest question before the user. */
  async open(): Promise<void> {
    if (this.standing) {
      this.standing.answer(await pick(this.standing.params));
      return;
    }
    const [first] = this.pending;
    if (!first) {
      window.setStatusBarMessage(l10n.t("Singletree: no question is open."), NOTHING_MS);
      return;
    }
    this.wantedUntil = Date.now() + WANTED_MS;
    await this.execute(SERVER.approve, first.argument);
  }

  /** Puts a question that the server asks: one that the user wants in a dialogue, others as a notice that waits. */
  async put(params: ShowMessageRequestParams, token: CancellationToken): Promise<Answer> {
    if (Date.now() < this.wantedUntil) {
      const answer = await pick(params);
      // *Always…* asks once more, of a user who is here.
      this.wantedUntil = answer === null ? 0 : Date.now() + WANTED_MS;
      return answer;
    }
    const titles = (params.actions ?? []).map(({ title }) => title);
    const answered = new Promise<Answer>((resolve) => {
      this.standing = { params, answer: resolve };
      token.onCancellationRequested(() => resolve(null));
      void window.showWarningMessage(plain(params.message), ...titles).then((title) => {
        // A notice that was closed, or has gone to the list of notices, is no answer yet: it may be opened again.
        if (title !== undefined) {
          resolve({ title });
        }
      });
    });
    this.changed();
    const answer = await answered;
    this.standing = undefined;
    this.changed();
    return answer;
  }
}

/** A question that the user asked for: in a dialogue, which shows all of it, however long the command. */
async function pick({ message, actions }: ShowMessageRequestParams): Promise<Answer> {
  const [question, ...details] = message.split("\n");
  const titles = (actions ?? []).map(({ title }) => title);
  const options = { modal: true, detail: details.join("\n") };
  const title = await window.showWarningMessage(plain(question ?? message), options, ...titles);
  return title === undefined ? null : { title };
}
