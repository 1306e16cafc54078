// Kept edits on their way into VS Code. The language client applies them, checking versions; only new files are made
// here, with their text in them: VS Code would create an empty file, fill it as an unsaved change and open it.

import { Uri, WorkspaceEdit, workspace } from "vscode";
import type { ApplyWorkspaceEditParams, ApplyWorkspaceEditResult } from "vscode-languageclient";

import { takeNewFiles } from "./new_files";

export async function apply(
  params: ApplyWorkspaceEditParams,
  next: (params: ApplyWorkspaceEditParams) => PromiseLike<ApplyWorkspaceEditResult>,
): Promise<ApplyWorkspaceEditResult> {
  const { made, rest } = takeNewFiles(params.edit.documentChanges ?? []);
  if (made.length === 0) {
    return next(params);
  }
  if (rest.length > 0) {
    const result = await next({ ...params, edit: { ...params.edit, documentChanges: rest } });
    if (!result.applied) {
      return result;
    }
  }
  const edit = new WorkspaceEdit();
  for (const { uri, text } of made) {
    edit.createFile(Uri.parse(uri), { overwrite: false, ignoreIfExists: false, contents: Buffer.from(text) });
  }
  return { applied: await workspace.applyEdit(edit) };
}
