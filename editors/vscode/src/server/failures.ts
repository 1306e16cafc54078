// A server that cannot be used: what is said, once, and the remedies that are offered with it. Nothing here tries
// again by itself.

import { commands, l10n, window, workspace, type LogOutputChannel } from "vscode";

import { OLDEST_SERVER } from "../protocol";
import type { NoBinary } from "./binary";
import { TOO_MANY } from "./crashes";

export type Failure =
  | ({ kind: "missing" } & NoBinary)
  | { kind: "foreign"; file: string; said: string }
  | { kind: "old"; file: string; version: string }
  | { kind: "refused"; message: string }
  | { kind: "crashed" };

interface Remedy {
  readonly title: string;
  act(): PromiseLike<unknown>;
}

/** Says what is wrong and does what the user chooses. */
export async function show(failure: Failure, restart: () => Promise<void>, log: LogOutputChannel): Promise<void> {
  const message = describe(failure);
  log.error(message);
  const again: Remedy = { title: l10n.t("Try Again"), act: restart };
  const logs: Remedy = { title: l10n.t("Show Log"), act: () => Promise.resolve().then(() => log.show()) };
  const isAboutBinary = failure.kind === "missing" || failure.kind === "old" || failure.kind === "foreign";
  const remedies = isAboutBinary ? [choose, settings, again] : [again, logs];
  const chosen = await window.showErrorMessage(message, ...remedies);
  await chosen?.act();
}

const choose: Remedy = {
  get title() {
    return l10n.t("Choose Program…");
  },
  async act() {
    const [file] = (await window.showOpenDialog({ title: l10n.t("The singletree program") })) ?? [];
    if (file) {
      // The change of the setting starts the server.
      await workspace.getConfiguration("singletree").update("path", file.fsPath, true);
    }
  },
};

const settings: Remedy = {
  get title() {
    return l10n.t("Open Setting");
  },
  act: () => commands.executeCommand("workbench.action.openSettings", "singletree.path"),
};

function describe(failure: Failure): string {
  switch (failure.kind) {
    case "missing":
      return failure.missing === "setting"
        ? l10n.t("The setting singletree.path names {0}, which is no program.", failure.file)
        : l10n.t(
            "The program `singletree` was not found on the PATH. Install it (cargo install --path server/singletree), or say where it is.",
          );
    case "foreign":
      return l10n.t("{0} is not a Singletree server: it answered “{1}”.", failure.file, failure.said);
    case "old":
      return l10n.t(
        "{0} is version {1}; this extension needs {2} or newer. Update it, or choose another one.",
        failure.file,
        failure.version,
        OLDEST_SERVER,
      );
    case "refused":
      return l10n.t("Singletree did not start: {0}", failure.message);
    case "crashed":
      return l10n.t(
        "The Singletree server crashed {0} times in three minutes and is left alone. Sessions and proposed changes are stored; they come back when it runs again.",
        TOO_MANY,
      );
  }
}
