// The user's words for an inline edit or a question. VS Code's stable API has no input at the cursor, so the input
// stands at the top, stays until it is answered or closed, and the lines that it is about are marked meanwhile.

import { l10n, Range, ThemeColor, window, type TextEditor } from "vscode";

/** What the user writes; undefined if they gave up. */
export async function askForWords(title: string, editor?: TextEditor): Promise<string | undefined> {
  const mark = window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new ThemeColor("editor.rangeHighlightBackground"),
    borderStyle: "solid",
    borderWidth: "0 0 0 2px",
    borderColor: new ThemeColor("focusBorder"),
  });
  if (editor) {
    const { start, end } = editor.selection;
    editor.setDecorations(mark, [new Range(start.line, 0, end.line, 0)]);
  }
  try {
    const words = await window.showInputBox({
      title,
      prompt: editor ? where(editor) : "",
      placeHolder: l10n.t("In your own words"),
      ignoreFocusOut: true,
    });
    return words?.trim() === "" ? undefined : words;
  } finally {
    mark.dispose();
  }
}

function where({ selection, document }: TextEditor): string {
  const name = document.uri.path.split("/").at(-1) ?? "";
  const [first, last] = [selection.start.line + 1, selection.end.line + 1];
  return first === last
    ? l10n.t("{0}, line {1}. What is proposed comes as changes to keep or reject.", name, first)
    : l10n.t("{0}, lines {1} to {2}. What is proposed comes as changes to keep or reject.", name, first, last);
}
