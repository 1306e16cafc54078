// What came of a turn that the user began here. Changes speak for themselves; an answer in words opens beside the
// code as plain text, where nothing in it can load or run, and the focus stays where it is.

import {
  commands,
  Disposable,
  env,
  EventEmitter,
  extensions,
  l10n,
  languages,
  Range,
  CodeLens,
  Uri,
  ViewColumn,
  window,
  workspace,
} from "vscode";

import { entryOf } from "./commands/catalogue";
import { say } from "./review/decide";
import { waiting } from "./review/words";
import type { Outcome } from "./turns";

const SCHEME = "singletree-answer";
/** Answers that can still be looked at. */
const REMEMBERED = 20;

interface Answer {
  readonly text: string;
  readonly sessionId: string;
}

export class Answers extends Disposable {
  private readonly answers = new Map<string, Answer>();
  private readonly changed = new EventEmitter<Uri>();

  constructor(
    private readonly pending: () => number,
    private readonly continueIn: (sessionId: string) => Promise<void>,
  ) {
    const parts: { dispose(): void }[] = [];
    super(() => parts.forEach((part) => part.dispose()));
    parts.push(
      this.changed,
      workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) => this.answers.get(uri.query)?.text ?? "",
      }),
      languages.registerCodeLensProvider({ scheme: SCHEME }, { provideCodeLenses: ({ uri }) => this.lenses(uri) }),
      commands.registerCommand("singletree.answer.continue", (turn?: unknown) => this.continue(turn)),
    );
  }

  /** Shows what a turn ended with. */
  async show({ command, sessionId, turn }: Outcome): Promise<void> {
    const text = turn.text?.trim() ?? "";
    if (turn.state === "failed") {
      await this.fail(turn.error ?? text);
    } else if (turn.state === "stopped") {
      say(l10n.t("Stopped."));
    } else if (command === "commit-message" && fillCommitMessage(text)) {
      say(l10n.t("The commit message is in the Source Control view."));
    } else if (entryOf(command)?.isProse && text !== "") {
      await this.open(turn.turnId, command, { text, sessionId });
    } else if (this.pending() > 0) {
      say(waiting(this.pending()));
    } else {
      await this.nothing(turn.turnId, command, { text, sessionId });
    }
  }

  private async open(turnId: string, command: string, answer: Answer): Promise<void> {
    this.answers.set(turnId, answer);
    const [oldest] = this.answers.keys();
    if (this.answers.size > REMEMBERED && oldest !== undefined) {
      this.answers.delete(oldest);
    }
    const uri = Uri.from({ scheme: SCHEME, path: `/${command}.md`, query: turnId });
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true });
  }

  /** The user waits for changes and there are none: the reason is one click away. */
  private async nothing(turnId: string, command: string, answer: Answer): Promise<void> {
    const [first] = answer.text.split("\n").filter((line) => line.trim() !== "");
    if (first === undefined) {
      say(l10n.t("Nothing to change."));
      return;
    }
    const more = l10n.t("Show Answer");
    if ((await window.showInformationMessage(l10n.t("Singletree proposed nothing: {0}", first), more)) === more) {
      await this.open(turnId, command, answer);
    }
  }

  private async fail(reason: string): Promise<void> {
    const copy = l10n.t("Copy");
    if ((await window.showErrorMessage(l10n.t("Singletree: {0}", reason), copy)) === copy) {
      await env.clipboard.writeText(reason);
    }
  }

  private lenses(uri: Uri): CodeLens[] {
    const title = `$(comment-discussion) ${l10n.t("Continue in the Chat")}`;
    const command = { title, command: "singletree.answer.continue", arguments: [uri.query] };
    return [new CodeLens(new Range(0, 0, 0, 0), command)];
  }

  private async continue(turn: unknown): Promise<void> {
    const answer = typeof turn === "string" ? this.answers.get(turn) : undefined;
    if (answer) {
      await this.continueIn(answer.sessionId);
    }
  }
}

interface GitExtension {
  getAPI(version: 1): { repositories: { inputBox: { value: string } }[] };
}

/** Puts a message into Git's input, if there is one and nothing is written there yet. */
function fillCommitMessage(message: string): boolean {
  const git = extensions.getExtension<GitExtension>("vscode.git");
  const repositories = git?.isActive ? git.exports.getAPI(1).repositories : [];
  const [only, ...others] = repositories;
  if (!only || others.length > 0 || only.inputBox.value.trim() !== "") {
    return false;
  }
  only.inputBox.value = message;
  return true;
}
