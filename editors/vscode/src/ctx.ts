// Everything that the parts of the extension share, wired up once.

import { commands, Disposable, l10n, window, workspace, type ExtensionContext } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import { Answers } from "./answers";
import { Approvals } from "./approvals";
import { Batch } from "./batch";
import type { ChatServices, ChatView } from "./chat/services";
import { askForWords } from "./commands/words";
import { INPUT, REVIEW, TURN, type InputAnswer, type InputParams, type ReviewParams, type RunArguments, type Started, type TurnParams, SERVER } from "./protocol";
import { plain } from "./plain";
import { showAll } from "./review/commands";
import { Decisions, say } from "./review/decide";
import { Resync } from "./review/resync";
import { ReviewState } from "./review/state";
import { adopt, Errand, ERRAND, executor, type Execute } from "./server/execute";
import { ServerHost } from "./server/host";
import { Status } from "./status";
import { Turns } from "./turns";

/** How long a refusal stays in the status bar. */
const REFUSED_MS = 12_000;
const QUESTIONS_MS = 300;

export class Ctx extends Disposable {
  readonly log = window.createOutputChannel("Singletree", { log: true });
  readonly review = new ReviewState();
  readonly host: ServerHost;
  readonly execute: Execute;
  readonly turns: Turns;
  readonly approvals: Approvals;
  readonly decisions: Decisions;
  readonly resync: Resync;
  private readonly answers: Answers;
  private readonly status: Status;
  chat: ChatView | undefined;

  constructor(
    readonly extension: ExtensionContext,
    /** Puts further handlers on a client that was just made. */
    wireMore: (client: LanguageClient, ctx: Ctx) => void,
  ) {
    const parts: { dispose(): unknown }[] = [];
    super(() => parts.forEach((part) => part.dispose()));
    const hooks = {
      adopt,
      progress: (token: string | number, step: { kind: string; title?: string; message?: string }) => {
        this.turns.progress(token, step);
        this.questions.soon();
      },
    };
    this.host = new ServerHost(extension, this.log, hooks, (client) => {
      this.wire(client);
      wireMore(client, this);
    });
    this.execute = executor(this.host);
    this.answers = new Answers(
      () => this.review.hunks().length,
      async (session) => this.chat?.open(session),
    );
    this.turns = new Turns(
      () => this.status.soon(),
      (outcome) => void this.answers.show(outcome),
    );
    this.approvals = new Approvals(this.execute, () => this.status.soon());
    this.decisions = new Decisions(this.execute, this.review);
    this.resync = new Resync(this.execute, this.review);
    this.status = new Status(this);
    parts.push(
      this.status,
      this.answers,
      this.questions,
      this.resync,
      { dispose: () => this.host.stop() },
      this.log,
      this.host.onState((state) => {
        if (state !== "running") {
          this.forget();
        }
      }),
      this.follow(),
      this.commands(),
    );
  }

  /** The running client, or nothing where there is none; why not was said when it failed. */
  client(): Promise<LanguageClient | undefined> {
    return this.host.client().catch(() => undefined);
  }

  /** A refusal of the server's: a sentence with cause and remedy. */
  refused(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.log.warn(message);
    window.setStatusBarMessage(`$(warning) ${message}`, REFUSED_MS);
  }

  /** What the chat is lent. */
  services(): ChatServices {
    return {
      client: () => this.host.client(),
      onRestart: this.host.onRestart,
      onState: this.host.onState,
      openReview: (uri) => void showAll(this.review, uri),
      log: this.log,
    };
  }

  private wire(client: LanguageClient): void {
    client.onNotification(REVIEW, (params: ReviewParams) => this.review.apply(params));
    client.onNotification(TURN, (params: TurnParams) => {
      this.turns.turn(params);
      if (this.turns.running().length === 0) {
        this.approvals.clear();
      }
      this.questions.soon();
    });
    client.onRequest(INPUT, async ({ title }: InputParams): Promise<InputAnswer> => {
      return { text: (await askForWords(title)) ?? null };
    });
    client.onRequest(
      "window/showMessageRequest",
      (params: Parameters<Approvals["put"]>[0], token: Parameters<Approvals["put"]>[1]) =>
        this.approvals.put(params, token),
    );
    client.onNotification("window/showMessage", ({ type, message }: { type: number; message: string }) => {
      this.log.info(message);
      this.questions.soon();
      const isError = type === 1;
      if (isError) {
        void window.showErrorMessage(plain(message));
      } else {
        window.setStatusBarMessage(`$(info) ${message}`, REFUSED_MS);
      }
    });
  }

  /** Questions come and go with a turn's steps, of which there may be many a second. */
  private readonly questions = new Batch(QUESTIONS_MS, () => {
    if (this.host.state === "running") {
      void this.client().then((client) => client && this.approvals.look(client));
    }
  });

  private forget(): void {
    this.review.clear();
    this.turns.clear();
    this.approvals.clear();
  }

  /** Typing moves hunks; settings and trust are read by a fresh server. */
  private follow(): Disposable {
    return Disposable.from(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && (document.uri.scheme === "file" || document.isUntitled)) {
          const changes = contentChanges.map(({ range, text }) => ({ range, text }));
          this.review.typedInto(document.uri.toString(), document.version, changes);
        }
      }),
      workspace.onDidOpenTextDocument(({ uri }) => this.review.opened(uri.toString())),
      workspace.onDidCloseTextDocument(({ uri }) => this.review.closed(uri.toString())),
      workspace.onDidGrantWorkspaceTrust(() => void this.host.restart()),
      workspace.onDidChangeConfiguration((event) => {
        const keys = ["path", "model", "reviewMode", "ideTools"];
        if (keys.some((key) => event.affectsConfiguration(`singletree.${key}`))) {
          void this.host.restart();
        }
      }),
    );
  }

  private commands(): Disposable {
    const table: Record<string, (argument?: unknown) => unknown> = {
      [ERRAND]: (errand) => this.run(errand),
      "singletree.answer": () => this.approvals.open().catch((error: unknown) => this.refused(error)),
      "singletree.restartServer": () => this.host.restart(),
      "singletree.showLog": () => this.log.show(),
      "singletree.openSettings": () => commands.executeCommand("workbench.action.openSettings", "@ext:singletree.singletree"),
    };
    return Disposable.from(...Object.entries(table).map(([id, act]) => commands.registerCommand(id, act)));
  }

  /** A command of the server's that the user chose from a menu of ours. */
  private async run(errand: unknown): Promise<void> {
    if (!(errand instanceof Errand)) {
      say(l10n.t("That command runs from its menu only."));
      return;
    }
    try {
      const answer = await this.execute<Partial<Started> | null>(errand.command, errand.argument);
      if (errand.command === SERVER.run && answer?.turnId !== undefined && answer.sessionId !== undefined) {
        const { command } = errand.argument as RunArguments;
        this.turns.began(command, { turnId: answer.turnId, sessionId: answer.sessionId });
      }
    } catch (error) {
      this.refused(error);
    }
  }
}

