// The status bar: what the server does, how much waits for a decision, and which model answers. A click opens a menu.

import { commands, Disposable, l10n, StatusBarAlignment, ThemeColor, window, workspace } from "vscode";

import { Batch } from "./batch";
import type { Ctx } from "./ctx";
import { waiting } from "./review/words";

/** A stream of progress is shown at this rate. */
const BATCH_MS = 100;

export class Status extends Disposable {
  private readonly item = window.createStatusBarItem("singletree.status", StatusBarAlignment.Left, 5);
  private readonly contexts = new Map<string, unknown>();
  private readonly batch = new Batch(BATCH_MS, () => this.update());

  constructor(private readonly ctx: Ctx) {
    const parts: { dispose(): void }[] = [];
    super(() => parts.forEach((part) => part.dispose()));
    this.item.name = "Singletree";
    this.item.command = "singletree.menu";
    this.item.show();
    parts.push(
      this.item,
      ctx.review.onChange(() => this.soon()),
      ctx.host.onState(() => this.soon()),
      window.onDidChangeActiveTextEditor(() => this.soon()),
      commands.registerCommand("singletree.menu", () => this.menu()),
      this.batch,
    );
    this.update();
  }

  soon(): void {
    this.batch.soon();
  }

  private update(): void {
    const pending = this.ctx.review.hunks().length;
    const [turn] = this.ctx.turns.running();
    const questions = this.ctx.approvals.count;
    const active = window.activeTextEditor?.document.uri.toString();
    this.context("singletree.hasChanges", pending > 0);
    this.context("singletree.hasChangesHere", active !== undefined && this.ctx.review.file(active) !== undefined);
    this.context("singletree.isBusy", turn !== undefined);
    this.context("singletree.hasQuestion", questions > 0);
    this.context("singletree.isRunning", this.ctx.host.state === "running");

    const { icon, text, colour } = this.words(questions, turn?.step);
    const count = pending > 0 ? ` $(diff) ${pending}` : "";
    this.item.text = `$(${icon}) ${text}${count}`;
    this.item.backgroundColor = colour === undefined ? undefined : new ThemeColor(colour);
    const model = workspace.getConfiguration("singletree").get<string>("model", "");
    const tooltip = [
      turn?.title ?? "",
      pending > 0 ? waiting(pending) : "",
      l10n.t("Model: {0}", model === "" ? l10n.t("as configured") : model),
    ]
      .filter((line) => line !== "")
      .join("\n");
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `Singletree, ${text}, ${tooltip}` };
  }

  private words(questions: number, step: string | undefined): { icon: string; text: string; colour?: string } {
    if (questions > 0) {
      return { icon: "question", text: l10n.t("Singletree asks"), colour: "statusBarItem.warningBackground" };
    }
    switch (this.ctx.host.state) {
      case "failed":
        return { icon: "error", text: "Singletree", colour: "statusBarItem.errorBackground" };
      case "stopped":
        return { icon: "circle-slash", text: "Singletree" };
      case "starting":
        return { icon: "loading~spin", text: "Singletree" };
      case "running":
        return step === undefined
          ? { icon: "git-compare", text: "Singletree" }
          : { icon: "loading~spin", text: step === "" ? l10n.t("Singletree works") : step };
    }
  }

  /** Context keys cost a round trip: only what changed is told. */
  private context(key: string, value: unknown): void {
    if (this.contexts.get(key) !== value) {
      this.contexts.set(key, value);
      void commands.executeCommand("setContext", key, value);
    }
  }

  private async menu(): Promise<void> {
    const { review, turns, approvals } = this.ctx;
    const entries: [boolean, string, string, string][] = [
      [approvals.count > 0, "question", l10n.t("Answer the open question…"), "singletree.answer"],
      [turns.running().length > 0, "debug-stop", l10n.t("Stop"), "singletree.stopTurn"],
      [review.hunks().length > 0, "diff-multiple", l10n.t("Show all proposed changes"), "singletree.all.show"],
      [review.hunks().length > 0, "arrow-down", l10n.t("Go to the next change"), "singletree.change.next"],
      [true, "comment-discussion", l10n.t("Open the chat"), "singletree.chat.open"],
      [true, "play", l10n.t("Run a command…"), "singletree.runCommand"],
      [true, "discard", l10n.t("Take back the last Keep or Reject"), "singletree.undo"],
      [true, "server", l10n.t("Choose a model…"), "singletree.pickModel"],
      [true, "debug-restart", l10n.t("Restart the server"), "singletree.restartServer"],
      [true, "output", l10n.t("Show the log"), "singletree.showLog"],
      [true, "settings-gear", l10n.t("Open the settings"), "singletree.openSettings"],
    ];
    const items = entries
      .filter(([isOffered]) => isOffered)
      .map(([, icon, label, command]) => ({ label: `$(${icon}) ${label}`, command }));
    const chosen = await window.showQuickPick(items, { title: "Singletree" });
    if (chosen) {
      await commands.executeCommand(chosen.command);
    }
  }
}
