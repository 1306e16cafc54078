// A folded part: a line that says what is inside, and the inside, which is made when it is opened.

import { html, nothing, type TemplateResult } from "lit";

import { icon } from "../icons";
import type { EntryContext } from "./context";

export function fold(
  context: EntryContext,
  part: string,
  title: TemplateResult,
  body: () => TemplateResult,
  style = "",
): TemplateResult {
  const open = context.isOpen(part);
  const toggle = (): void => {
    context.setOpen(part, !open);
    context.refresh();
  };
  return html`<div class="fold ${style}">
    <button class="fold-line" aria-expanded=${open} @click=${toggle}>
      ${icon(open ? "chevron-down" : "chevron-right", "twisty")}${title}
    </button>
    ${open ? html`<div class="fold-body">${body()}</div>` : nothing}
  </div>`;
}
