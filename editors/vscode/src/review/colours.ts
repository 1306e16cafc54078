// The looks of hunks in an editor, all in the theme's own colours, so that light, dark and high-contrast themes each
// get what their diff editor has.

import {
  OverviewRulerLane,
  ThemeColor,
  Uri,
  window,
  type DecorationRenderOptions,
  type TextEditorDecorationType,
} from "vscode";

/** A bar in the gutter, as for uncommitted lines. */
function bar(colour: string): Uri {
  const shape = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect x="11" width="3" height="16" fill="${colour}"/></svg>`;
  return Uri.parse(`data:image/svg+xml;utf8,${encodeURIComponent(shape)}`);
}

const gutter = (light: string, dark: string): DecorationRenderOptions => ({
  light: { gutterIconPath: bar(light) },
  dark: { gutterIconPath: bar(dark) },
  gutterIconSize: "contain",
});

export const looks = {
  /** Text that goes. Not the whole line: what comes is shown on the rest of it. */
  removed: {
    backgroundColor: new ThemeColor("diffEditor.removedLineBackground"),
    border: "1px dashed",
    borderColor: new ThemeColor("diffEditor.removedTextBorder"),
    overviewRulerColor: new ThemeColor("editorOverviewRuler.deletedForeground"),
    overviewRulerLane: OverviewRulerLane.Left,
    ...gutter("#ad0707", "#f14c4c"),
  },
  /** The words in such a line that change. */
  part: {
    backgroundColor: new ThemeColor("diffEditor.removedTextBackground"),
  },
  /** The place between two lines where lines come. */
  inserted: {
    isWholeLine: true,
    borderStyle: "solid",
    borderWidth: "0 0 1px 0",
    borderColor: new ThemeColor("editorGutter.addedBackground"),
    overviewRulerColor: new ThemeColor("editorOverviewRuler.addedForeground"),
    overviewRulerLane: OverviewRulerLane.Left,
    ...gutter("#2ea043", "#2ea043"),
  },
  /** The same where lines come before the first one. */
  insertedOnTop: {
    isWholeLine: true,
    borderStyle: "solid",
    borderWidth: "1px 0 0 0",
    borderColor: new ThemeColor("editorGutter.addedBackground"),
    overviewRulerColor: new ThemeColor("editorOverviewRuler.addedForeground"),
    overviewRulerLane: OverviewRulerLane.Left,
    ...gutter("#2ea043", "#2ea043"),
  },
  /** Still being written. */
  streaming: {
    backgroundColor: new ThemeColor("editor.inactiveSelectionBackground"),
    overviewRulerColor: new ThemeColor("editorOverviewRuler.infoForeground"),
    overviewRulerLane: OverviewRulerLane.Left,
    ...gutter("#1a85ff", "#3794ff"),
  },
  /** Disagrees with what the user typed. */
  conflict: {
    isWholeLine: true,
    backgroundColor: new ThemeColor("merge.currentContentBackground"),
    borderStyle: "dashed",
    borderWidth: "0 0 0 1px",
    borderColor: new ThemeColor("editorWarning.foreground"),
    overviewRulerColor: new ThemeColor("editorOverviewRuler.warningForeground"),
    overviewRulerLane: OverviewRulerLane.Left,
    ...gutter("#bf8803", "#cca700"),
  },
  /** Carries the proposed text that stands beside a line. */
  beside: {},
} satisfies Record<string, DecorationRenderOptions>;

export type Look = keyof typeof looks;

export const makeTypes = (): Record<Look, TextEditorDecorationType> =>
  Object.fromEntries(
    Object.entries(looks).map(([look, options]) => [look, window.createTextEditorDecorationType(options)]),
  ) as Record<Look, TextEditorDecorationType>;
