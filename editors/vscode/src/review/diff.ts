// VS Code's own diff editors: one file, or the whole review in the multi-diff editor. Whether it is inline or side by
// side is the user's setting `diffEditor.renderSideBySide` (inline by itself where the editor is narrow): no stable
// API sets it for one editor, and changing the user's setting is not ours to do.

import { commands, l10n, Range, Uri, workspace, type TextDocumentShowOptions } from "vscode";

import { nothing, proposedUri } from "./proposed";
import type { ReviewedFile } from "./state";

/** Opens one file's diff, at `line` of the proposal if one is given. */
export async function openDiff(file: ReviewedFile, line?: number): Promise<void> {
  const { left, right } = sides(file);
  const options: TextDocumentShowOptions = { preview: true };
  if (line !== undefined) {
    options.selection = new Range(line, 0, line, 0);
  }
  const real = Uri.parse(file.uri);
  await commands.executeCommand("vscode.diff", left ?? nothing(real), right ?? nothing(real), title(file), options);
}

/** Opens everything that is proposed. */
export async function openAll(files: readonly ReviewedFile[]): Promise<void> {
  const resources = files.map((file) => {
    const { left, right } = sides(file);
    return [Uri.parse(file.newUri ?? file.uri), left, right];
  });
  await commands.executeCommand("vscode.changes", l10n.t("Singletree: all proposed changes"), resources);
}

function sides(file: ReviewedFile): { left: Uri | undefined; right: Uri | undefined } {
  return {
    left: file.kind === "create" ? undefined : Uri.parse(file.uri),
    right: file.kind === "delete" ? undefined : proposedUri(file),
  };
}

function title(file: ReviewedFile): string {
  const name = workspace.asRelativePath(Uri.parse(file.uri));
  switch (file.kind) {
    case "create":
      return l10n.t("{0} (proposed, new)", name);
    case "delete":
      return l10n.t("{0} (proposed to delete)", name);
    case "rename":
      return l10n.t("{0} → {1} (proposed)", name, workspace.asRelativePath(Uri.parse(file.newUri ?? file.uri)));
    case "edit":
      return l10n.t("{0} (proposed)", name);
  }
}
