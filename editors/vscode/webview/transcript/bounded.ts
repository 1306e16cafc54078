// Text of any length without a freeze.

import { html, type TemplateResult } from "lit";

import { fill } from "../../src/chat/strings";
import { count, strings } from "../strings";
import type { EntryContext } from "./context";

/** Plain text of any length: the first part, and the rest on demand. */
export function bounded(text: string, part: string, context: EntryContext, bound = 8_000): TemplateResult {
  const view = context.draft(`bound-${part}`, () => ({ shown: bound }));
  const left = text.length - view.shown;
  if (left <= 0) return html`${text}`;
  const more = (): void => {
    view.shown += bound * 8;
    context.refresh();
  };
  return html`${text.slice(0, view.shown)}<div class="show-more">
    <vscode-button secondary @click=${more}>${fill(strings().showMore, count(left))}</vscode-button></div>`;
}
