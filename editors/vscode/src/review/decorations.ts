// Hunks drawn into the editors that show their files: the words that go are marked, the line that comes stands beside
// them, and of several lines the count and the first one do, with the buttons above and the whole in the hover.
//
// Why so: four renderings were tried in a browser. Marking whole lines put the new text on red and made mud of it. A
// block of virtual lines (styles smuggled into `textDecoration`) covers the code below, since VS Code makes room for no
// decoration. A comment thread makes room, but loses the language's colours, widens the gutter and opens the Comments
// panel by itself. This one covers nothing, moves nothing but the row of buttons, and reads as old and new side by side.

import {
  Disposable,
  Range,
  ThemeColor,
  window,
  type DecorationOptions,
  type TextDocument,
  type TextEditor,
  type TextEditorDecorationType,
} from "vscode";

import { Batch } from "../batch";
import { makeTypes, type Look } from "./colours";
import { draw, type Drawing } from "./drawing";
import { isTextless, type PlacedHunk, type ReviewState } from "./state";

/** A stream of notifications, or a burst of typing, is drawn once in this time. */
const BATCH_MS = 40;

export class Decorations extends Disposable {
  private readonly types: Record<Look, TextEditorDecorationType> = makeTypes();
  private readonly stale = new Set<string>();
  private readonly batch = new Batch(BATCH_MS, () => this.drawAll());

  constructor(private readonly state: ReviewState) {
    const parts: { dispose(): void }[] = [];
    super(() => parts.forEach((part) => part.dispose()));
    parts.push(
      state.onChange(({ uris }) => this.soon(uris)),
      window.onDidChangeVisibleTextEditors((editors) => this.soon(editors.map(key))),
      this.batch,
      ...Object.values(this.types),
    );
    this.soon(window.visibleTextEditors.map(key));
  }

  private soon(uris: Iterable<string>): void {
    for (const uri of uris) {
      this.stale.add(uri);
    }
    this.batch.soon();
  }

  private drawAll(): void {
    for (const editor of window.visibleTextEditors) {
      // The two sides of a diff editor and other editors within editors are in no column: they show a diff already.
      if (this.stale.has(key(editor)) && editor.viewColumn !== undefined) {
        this.draw(editor);
      }
    }
    this.stale.clear();
  }

  private draw(editor: TextEditor): void {
    const found = this.state.file(key(editor));
    const shown: Record<Look, DecorationOptions[]> = {
      removed: [],
      part: [],
      inserted: [],
      insertedOnTop: [],
      streaming: [],
      conflict: [],
      beside: [],
    };
    // What concerns the file as a whole is shown by a lens on its first line, and in the tree.
    if (found?.kind === "edit" || found?.kind === "rename") {
      for (const hunk of found.hunks.filter((each) => !isTextless(each))) {
        mark(shown, hunk, draw(hunk, editor.document.lineCount), editor.document);
      }
    }
    for (const [look, options] of Object.entries(shown)) {
      editor.setDecorations(this.types[look as Look], options);
    }
  }
}

const key = (editor: TextEditor): string => editor.document.uri.toString();

function mark(shown: Record<Look, DecorationOptions[]>, hunk: PlacedHunk, drawing: Drawing, document: TextDocument) {
  for (const { line, text } of drawing.beside) {
    shown.beside.push({ range: endOf(line), renderOptions: { after: beside(hunk, text) } });
  }
  const { first, end } = drawing.removed;
  if (end === first) {
    const isOnTop = first === 0;
    const line = isOnTop ? 0 : first - 1;
    shown[place(hunk, isOnTop ? "insertedOnTop" : "inserted")].push({ range: new Range(line, 0, line, 0) });
    return;
  }
  const look = place(hunk, "removed");
  for (let line = first; line < Math.min(end, document.lineCount); line += 1) {
    const { firstNonWhitespaceCharacterIndex: from, range } = document.lineAt(line);
    shown[look].push({ range: new Range(line, from, line, range.end.character) });
  }
  for (const { line, from, to } of look === "removed" ? drawing.parts : []) {
    shown.part.push({ range: new Range(line, from, line, to) });
  }
}

const place = (hunk: PlacedHunk, look: Look): Look =>
  hunk.state === "streaming" || hunk.state === "conflict" ? hunk.state : look;

/** Behind everything that stands on the line. */
const endOf = (line: number): Range => new Range(line, Number.MAX_SAFE_INTEGER, line, Number.MAX_SAFE_INTEGER);

function beside(hunk: PlacedHunk, text: string) {
  const isCertain = hunk.state === "pending" || hunk.state === "keeping";
  return {
    // Runs of blanks would fold into one.
    contentText: text.replaceAll(" ", "\u00a0"),
    margin: "0 0 0 2ch",
    color: new ThemeColor(isCertain ? "editor.foreground" : "editorGhostText.foreground"),
    ...(isCertain ? { backgroundColor: new ThemeColor("diffEditor.insertedTextBackground") } : { fontStyle: "italic" }),
    border: "1px dashed",
    borderColor: new ThemeColor("diffEditor.insertedTextBorder"),
  };
}

