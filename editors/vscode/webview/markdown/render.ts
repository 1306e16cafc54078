// From Markdown tokens to nodes that may stand in the page.

import { markdown, type Token } from "./parser";
import { createSanitiser } from "./sanitise";

export const sanitise = createSanitiser(window);

export function renderTokens(tokens: Token[], env: Record<string, unknown>): DocumentFragment {
  return sanitise(markdown.renderer.render(tokens, markdown.options, env));
}
