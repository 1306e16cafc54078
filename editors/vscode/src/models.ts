// Which models there are, as `singletree doctor` and `singletree config show` tell it; the user's choice becomes the
// setting `singletree.model`. Keys are never read here: doctor says only that they are set.

import { l10n, QuickPickItemKind, window, workspace, type QuickPickItem } from "vscode";

import type { Ctx } from "./ctx";
import { configuredModels, foundModels, type Finding } from "./found";

interface Choice extends QuickPickItem {
  readonly model?: string;
}

export async function pickModel(ctx: Ctx): Promise<void> {
  const asked = Promise.all([
    ctx.host.tell<Finding[]>("doctor", "--json"),
    ctx.host.tell<{ values: { key: string }[] }>("config", "show", "--json"),
  ]);
  window.setStatusBarMessage(`$(loading~spin) ${l10n.t("Looking for models…")}`, asked);
  const [findings, shown] = await asked;
  const auto = findings?.find(({ topic }) => topic === "model")?.says;
  const configured = configuredModels(shown?.values ?? []).map((name) => ({ name, where: l10n.t("in your settings") }));
  const found = foundModels(findings ?? []).filter(({ name }) => !configured.some((other) => other.name === name));
  const choices: Choice[] = [
    { label: l10n.t("As configured"), description: auto ?? "", model: "" },
    { label: "auto", description: l10n.t("finds keys and local servers by itself"), model: "auto" },
    { label: "rules", description: l10n.t("built in: no key, no network, no free instructions"), model: "rules" },
    { label: l10n.t("Found on this machine"), kind: QuickPickItemKind.Separator },
    ...[...configured, ...found].map(({ name, where }) => ({ label: name, description: where, model: name })),
    { label: "", kind: QuickPickItemKind.Separator },
    { label: `$(edit) ${l10n.t("Another one…")}` },
  ];
  const title = l10n.t("Which model shall answer?");
  const chosen = await window.showQuickPick(choices, { title, matchOnDescription: true });
  const model = chosen && (chosen.model ?? (await ask(title)));
  if (model !== undefined) {
    await workspace.getConfiguration("singletree").update("model", model || undefined, true);
  }
}

const ask = (title: string): Thenable<string | undefined> =>
  window.showInputBox({
    title,
    prompt: l10n.t("provider/model, as in your Singletree settings"),
    validateInput: (value) => (/^[^/\s]+\/\S+$/.test(value) ? undefined : l10n.t("A model is named provider/model.")),
  });
