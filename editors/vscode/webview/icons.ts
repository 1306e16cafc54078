// The icons of VS Code, one by one: a font would need a rule in the content security policy, and only some are used.

import { html, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import add from "@vscode/codicons/src/icons/add.svg";
import arrowDown from "@vscode/codicons/src/icons/arrow-down.svg";
import arrowLeft from "@vscode/codicons/src/icons/arrow-left.svg";
import arrowSwap from "@vscode/codicons/src/icons/arrow-swap.svg";
import book from "@vscode/codicons/src/icons/book.svg";
import check from "@vscode/codicons/src/icons/check.svg";
import checklist from "@vscode/codicons/src/icons/checklist.svg";
import chevronDown from "@vscode/codicons/src/icons/chevron-down.svg";
import chevronRight from "@vscode/codicons/src/icons/chevron-right.svg";
import circleLarge from "@vscode/codicons/src/icons/circle-large.svg";
import close from "@vscode/codicons/src/icons/close.svg";
import copy from "@vscode/codicons/src/icons/copy.svg";
import debugStop from "@vscode/codicons/src/icons/debug-stop.svg";
import diff from "@vscode/codicons/src/icons/diff.svg";
import edit from "@vscode/codicons/src/icons/edit.svg";
import error from "@vscode/codicons/src/icons/error.svg";
import exportIcon from "@vscode/codicons/src/icons/export.svg";
import file from "@vscode/codicons/src/icons/file.svg";
import fileMedia from "@vscode/codicons/src/icons/file-media.svg";
import globe from "@vscode/codicons/src/icons/globe.svg";
import history from "@vscode/codicons/src/icons/history.svg";
import info from "@vscode/codicons/src/icons/info.svg";
import insert from "@vscode/codicons/src/icons/insert.svg";
import layers from "@vscode/codicons/src/icons/layers.svg";
import lightbulb from "@vscode/codicons/src/icons/lightbulb.svg";
import listSelection from "@vscode/codicons/src/icons/list-selection.svg";
import loading from "@vscode/codicons/src/icons/loading.svg";
import mention from "@vscode/codicons/src/icons/mention.svg";
import pass from "@vscode/codicons/src/icons/pass.svg";
import pin from "@vscode/codicons/src/icons/pin.svg";
import pinned from "@vscode/codicons/src/icons/pinned.svg";
import question from "@vscode/codicons/src/icons/question.svg";
import refresh from "@vscode/codicons/src/icons/refresh.svg";
import repoForked from "@vscode/codicons/src/icons/repo-forked.svg";
import runAll from "@vscode/codicons/src/icons/run-all.svg";
import search from "@vscode/codicons/src/icons/search.svg";
import send from "@vscode/codicons/src/icons/send.svg";
import settingsGear from "@vscode/codicons/src/icons/settings-gear.svg";
import shield from "@vscode/codicons/src/icons/shield.svg";
import symbolMisc from "@vscode/codicons/src/icons/symbol-misc.svg";
import terminal from "@vscode/codicons/src/icons/terminal.svg";
import tools from "@vscode/codicons/src/icons/tools.svg";
import trash from "@vscode/codicons/src/icons/trash.svg";
import warning from "@vscode/codicons/src/icons/warning.svg";

const ICONS = {
  add,
  "arrow-down": arrowDown,
  "arrow-left": arrowLeft,
  "arrow-swap": arrowSwap,
  book,
  check,
  checklist,
  "chevron-down": chevronDown,
  "chevron-right": chevronRight,
  "circle-large": circleLarge,
  close,
  copy,
  "debug-stop": debugStop,
  diff,
  edit,
  error,
  export: exportIcon,
  file,
  "file-media": fileMedia,
  globe,
  history,
  info,
  insert,
  layers,
  lightbulb,
  "list-selection": listSelection,
  loading,
  mention,
  pass,
  pin,
  pinned,
  question,
  refresh,
  "repo-forked": repoForked,
  "run-all": runAll,
  search,
  send,
  "settings-gear": settingsGear,
  shield,
  "symbol-misc": symbolMisc,
  terminal,
  tools,
  trash,
  warning,
};

export type IconName = keyof typeof ICONS;

/** Decoration only: whoever shows an icon gives its meaning in words beside it or in a label. */
export function icon(name: IconName, extra = ""): TemplateResult {
  return html`<span class="icon ${extra}" aria-hidden="true">${unsafeHTML(ICONS[name])}</span>`;
}
