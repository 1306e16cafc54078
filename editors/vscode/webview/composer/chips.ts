// What goes along with the words, as small labels.

import { html, nothing, type TemplateResult } from "lit";

import type { ContentBlock } from "../../src/chat/acp";
import type { Attachment } from "../../src/chat/protocol";
import { fill } from "../../src/chat/strings";
import { post } from "../host";
import { icon, type IconName } from "../icons";
import { strings } from "../strings";

type Block = Attachment["block"];

/** The only image types that are shown or sent: no SVG, which can carry scripts. */
export const IMAGE_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export function chipOf(block: Block, label = labelOf(block), remove?: () => void): TemplateResult {
  const words = strings();
  return html`<span class="chip">
    ${block.type === "image" ? picture(block) : icon(iconOf(block))}
    ${opens(block) ? html`<button class="link" @click=${() => open(block)}>${label}</button>` : html`<span>${label}</span>`}
    ${remove
      ? html`<button class="icon-button small" aria-label=${fill(words.remove, label)} title=${fill(words.remove, label)}
          @click=${remove}>${icon("close")}</button>`
      : nothing}
  </span>`;
}

function picture(block: Extract<ContentBlock, { type: "image" }>): TemplateResult {
  if (!IMAGE_TYPES.includes(block.mimeType)) return icon("file-media");
  return html`<img src="data:${block.mimeType};base64,${block.data}" alt=${strings().attachedImage} />`;
}

function labelOf(block: Block): string {
  switch (block.type) {
    case "image":
      return strings().attachedImage;
    case "resource_link":
      return block.name;
    case "resource":
      return block.resource.uri.replace(/^singletree:/, "@").replace(/^.*\//, "");
  }
}

function iconOf(block: Block): IconName {
  if (block.type === "resource_link") return block.uri.includes("#") ? "symbol-misc" : "file";
  if (block.type !== "resource") return "file-media";
  const { uri } = block.resource;
  if (uri === "singletree:diagnostics") return "warning";
  if (uri === "singletree:diff") return "diff";
  if (uri === "singletree:terminal") return "terminal";
  return "list-selection";
}

function opens(block: Block): boolean {
  return uriOf(block)?.startsWith("file:") ?? false;
}

function uriOf(block: Block): string | undefined {
  if (block.type === "resource_link") return block.uri;
  return block.type === "resource" ? block.resource.uri : undefined;
}

function open(block: Block): void {
  const uri = uriOf(block);
  if (uri !== undefined) post({ type: "link", href: uri });
}
