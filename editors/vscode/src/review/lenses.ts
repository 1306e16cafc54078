// Keep, Reject and Show above every hunk, in the file itself and (where `diffEditor.codeLens` is on) in the diff.

import {
  CodeLens,
  Disposable,
  EventEmitter,
  l10n,
  languages,
  Range,
  type CodeLensProvider,
  type Command,
  type TextDocument,
} from "vscode";

import { Batch } from "../batch";
import { draw } from "./drawing";
import { asProposed, isProposed, realUri, SCHEME } from "./proposed";
import { isKeepable, isRejectable, type PlacedHunk, type ReviewState, type ReviewedFile } from "./state";
import { HunkRef } from "./target";
import { author, hindrance, kind, size } from "./words";

/** VS Code asks again for all lenses of a document: not for every piece of a stream. */
const BATCH_MS = 150;

export class Lenses extends Disposable implements CodeLensProvider {
  private readonly changed = new EventEmitter<void>();
  private readonly batch = new Batch(BATCH_MS, () => this.changed.fire());
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly state: ReviewState) {
    const parts: { dispose(): void }[] = [];
    super(() => parts.forEach((part) => part.dispose()));
    const selector = [{ scheme: "file" }, { scheme: "untitled" }, { scheme: SCHEME }];
    parts.push(
      this.changed,
      languages.registerCodeLensProvider(selector, this),
      state.onChange(() => this.batch.soon()),
      this.batch,
    );
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const file = this.state.file(realUri(document.uri));
    if (!file) {
      return [];
    }
    const hunks = isProposed(document.uri) ? asProposed(file.hunks) : file.hunks;
    return hunks.flatMap((hunk) => {
      const drawing = draw(hunk, document.lineCount);
      return lensesAt(drawing.anchor, ofHunk(hunk, file, drawing.above));
    });
  }
}

const lensesAt = (line: number, commands: Command[]): CodeLens[] =>
  commands.map((command) => new CodeLens(new Range(line, 0, line, 0), command));

function ofHunk(hunk: PlacedHunk, file: ReviewedFile, text: string | undefined): Command[] {
  const at = [new HunkRef(hunk.id)];
  const what = [kind(file) ?? size(hunk), text ?? author(hunk) ?? hunk.title].filter((part) => part !== "").join(" · ");
  const commands: Command[] = [];
  if (isKeepable(hunk)) {
    commands.push({ title: l10n.t("Keep"), command: "singletree.change.keep", arguments: at });
  }
  if (isRejectable(hunk)) {
    commands.push({ title: l10n.t("Reject"), command: "singletree.change.reject", arguments: at });
  }
  commands.push({ title: l10n.t("Show"), command: "singletree.change.show", arguments: at });
  const hinders = hindrance(hunk);
  const icon = hunk.state === "conflict" ? "$(warning) " : "$(loading~spin) ";
  commands.push({ title: hinders === undefined ? what : `${icon}${hinders} · ${what}`, command: "" });
  return commands;
}
