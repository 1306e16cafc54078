// Markdown as models write it: CommonMark with tables and strikethrough, no raw HTML, no images from anywhere.

import MarkdownIt, { type Token } from "markdown-it";

import { fill } from "../../src/chat/strings";
import { strings } from "../strings";

export type { Token };

export const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false });

markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

// Hostile schemes are also refused here, so that they stay readable as text instead of becoming dead links.
markdown.validateLink = (url) => !/^\s*(javascript|vbscript|data|command|vscode|blob):/i.test(url);

// An image would tell its server who reads: its words and address are shown instead.
markdown.renderer.rules["image"] = (tokens, index) => {
  const token = tokens[index];
  const address = String(token?.attrGet("src") ?? "");
  const escape = markdown.utils.escapeHtml;
  const shown = token?.content ?? "";
  const words = fill(strings().imageKept, shown === "" ? address : shown);
  return `<a href="${escape(address)}">${escape(words)}</a>`;
};

// The parser aligns cells by a style attribute, which the content security policy forbids.
for (const cell of ["th_open", "td_open"]) {
  markdown.renderer.rules[cell] = (tokens, index, options, _env, renderer) => {
    const token = tokens[index];
    if (!token) return "";
    const align = /text-align:(left|right|center)/.exec(String(token.attrGet("style") ?? ""));
    if (align) token.attrs = [["class", `align-${align[1]}`]];
    return renderer.renderToken(tokens, index, options);
  };
}
