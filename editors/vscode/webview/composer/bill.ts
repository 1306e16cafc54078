// What the next message will send along, before it is sent: each piece can be pinned or dropped.

import { html, nothing, type TemplateResult } from "lit";

import type { Bill, BillItem } from "../../src/chat/acp";
import type { Draft } from "../../src/chat/protocol";
import { fill } from "../../src/chat/strings";
import { icon } from "../icons";
import { cost, count, strings } from "../strings";

export interface BillView {
  bill: Bill | undefined;
  open: boolean;
}

export function billTemplate(
  view: BillView,
  draft: Draft,
  changed: (pinned: string[], dropped: string[]) => void,
  toggle: () => void,
): TemplateResult | typeof nothing {
  const { bill } = view;
  if (!bill) return nothing;
  return html`<div class="bill">
    <button class="fold-line" aria-expanded=${view.open} @click=${toggle}>
      ${icon(view.open ? "chevron-down" : "chevron-right", "twisty")}<span>${summary(bill)}</span>
    </button>
    ${view.open ? items(bill, draft, changed) : nothing}
  </div>`;
}

function summary(bill: Bill): string {
  const words = strings();
  if (bill.costUsd == null) return fill(words.bill, count(bill.tokens), count(bill.budget));
  return fill(words.billCost, count(bill.tokens), count(bill.budget), cost(bill.costUsd));
}

function items(bill: Bill, draft: Draft, changed: (pinned: string[], dropped: string[]) => void): TemplateResult {
  const words = strings();
  const shown = bill.items.filter((item) => !draft.dropped.includes(item.path));
  const without = (list: string[], path: string): string[] => list.filter((one) => one !== path);
  const row = (item: BillItem): TemplateResult => {
    const pinned = draft.pinned.includes(item.path);
    const pin = pinned ? fill(words.unpin, item.path) : fill(words.pin, item.path);
    const drop = fill(words.drop, item.path);
    const togglePin = (): void =>
      changed(pinned ? without(draft.pinned, item.path) : [...draft.pinned, item.path], draft.dropped);
    const dropIt = (): void => changed(without(draft.pinned, item.path), [...draft.dropped, item.path]);
    return html`<li>
      <span class="path" title=${[...(item.why ?? [])].join("\n")}>${item.path}</span>
      <span class="quiet">${[count(item.tokens), item.level].filter(Boolean).join(" · ")}</span>
      <button class="icon-button small" title=${pin} aria-label=${pin} aria-pressed=${pinned} @click=${togglePin}>${icon(pinned ? "pinned" : "pin")}</button>
      <button class="icon-button small" title=${drop} aria-label=${drop} @click=${dropIt}>${icon("close")}</button>
    </li>`;
  };
  const gone = (path: string): TemplateResult => {
    const restore = fill(words.restore, path);
    return html`<li class="dropped"><span class="path">${path}</span><span class="quiet">${words.dropped}</span>
      <button class="icon-button small" title=${restore} aria-label=${restore}
        @click=${() => changed(draft.pinned, without(draft.dropped, path))}>${icon("add")}</button></li>`;
  };
  if (shown.length + draft.dropped.length === 0) return html`<p class="quiet">${words.billEmpty}</p>`;
  return html`<ul class="plain-list bill-items">${shown.map(row)}${draft.dropped.map(gone)}</ul>`;
}
