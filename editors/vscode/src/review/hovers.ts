// The whole diff of a hunk, over its lines, with the same buttons as the lenses.

import { Disposable, Hover, l10n, languages, MarkdownString, type Position, type TextDocument } from "vscode";

import { draw, lines } from "./drawing";
import { realUri, asProposed, isProposed, SCHEME } from "./proposed";
import { isKeepable, isRejectable, isTextless, type PlacedHunk, type ReviewState } from "./state";
import { HunkRef, sealed } from "./target";
import { author, hindrance } from "./words";

/** Lines of a diff in a hover; the rest is in the diff editor. */
const SHOWN = 60;

export function registerHovers(state: ReviewState): Disposable {
  const selector = [{ scheme: "file" }, { scheme: "untitled" }, { scheme: SCHEME }];
  return languages.registerHoverProvider(selector, {
    provideHover(document, position) {
      const file = state.file(realUri(document.uri));
      const hunks = isProposed(document.uri) ? asProposed(file?.hunks ?? []) : (file?.hunks ?? []);
      const here = hunks.filter((hunk) => !isTextless(hunk) && isOver(hunk, document, position));
      const found = here.flatMap((hunk) => file?.hunks.filter(({ id }) => id === hunk.id) ?? []);
      return found.length === 0 ? undefined : new Hover(found.map(describe));
    },
  });
}

/** Over the lines that go; for an insertion, over the ends of the two lines that it stands between. */
function isOver(hunk: PlacedHunk, document: TextDocument, { line, character }: Position): boolean {
  const { removed, anchor, beside } = draw(hunk, document.lineCount);
  if (removed.first <= line && line < removed.end) {
    return true;
  }
  const isAtEnd = (at: number) => at === line && character >= document.lineAt(at).range.end.character;
  return removed.first === removed.end && [anchor, ...beside.map((text) => text.line)].some(isAtEnd);
}

function describe(hunk: PlacedHunk): MarkdownString {
  const argument = encodeURIComponent(JSON.stringify([sealed(new HunkRef(hunk.id))]));
  const link = (title: string, command: string) => `[${title}](command:${command}?${argument})`;
  const links = [
    isKeepable(hunk) ? link(`$(check) ${l10n.t("Keep")}`, "singletree.change.keep") : undefined,
    isRejectable(hunk) ? link(`$(close) ${l10n.t("Reject")}`, "singletree.change.reject") : undefined,
    link(`$(diff) ${l10n.t("Show")}`, "singletree.change.show"),
  ];
  const text = new MarkdownString("", true);
  text.isTrusted = {
    enabledCommands: ["singletree.change.keep", "singletree.change.reject", "singletree.change.show"],
  };
  text.appendCodeblock(diffOf(hunk), "diff");
  // The title and the command are the agent's words: never Markdown, never icons or links.
  const words = [hunk.title, hunk.why === hunk.title ? undefined : hunk.why, author(hunk), hindrance(hunk)];
  text.appendText(words.filter((word) => word !== undefined && word !== "").join(" · "));
  text.appendMarkdown(`\n\n${links.filter((part) => part !== undefined).join(" &nbsp;|&nbsp; ")}`);
  return text;
}

function diffOf(hunk: PlacedHunk): string {
  const all = [
    ...lines(hunk.oldText).map((line) => `-${line}`),
    ...lines(hunk.newText).map((line) => `+${line}`),
  ];
  const more = all.length - SHOWN;
  return [...all.slice(0, SHOWN), ...(more > 0 ? [l10n.t("… {0} more lines", more)] : [])].join("\n");
}
