// The last gate before the page: only plain text markup passes. No address survives as something the browser would
// follow or fetch; links become data that a click sends to the host.

import createDOMPurify, { type Config, type WindowLike } from "dompurify";

const CLASS = /^(hljs(-[a-z_.-]+)?|[a-z]+_|language-[\w+#.-]+|align-(left|right|center))$/;
/** The web, files, and places such as `src/a.rs:12`: the host looks at each again before anything opens. */
const HREF = /^(https?:\/\/|mailto:|file:\/\/|[^:\s]+$|[^:?#\s]+\.[^:/?#\s]+:\d+(:\d+)?$)/i;

const CONFIG = {
  ALLOWED_TAGS: [
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
  ],
  ALLOWED_ATTR: ["class", "href", "start"],
  ALLOWED_URI_REGEXP: HREF,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
} as const satisfies Config;

export type Sanitise = (html: string) => DocumentFragment;

export function createSanitiser(window: WindowLike): Sanitise {
  const purify = createDOMPurify(window);
  purify.addHook("afterSanitizeAttributes", (element) => {
    keepKnownClasses(element);
    if (element.hasAttribute("href")) inertLink(element);
  });
  return (html) => purify.sanitize(html, CONFIG);
}

function keepKnownClasses(element: Element): void {
  const names = element.getAttribute("class");
  if (names === null) return;
  const known = names.split(/\s+/).filter((name) => CLASS.test(name));
  if (known.length > 0) element.setAttribute("class", known.join(" "));
  else element.removeAttribute("class");
}

/** VS Code itself would follow a real `href`, `command:` included. */
function inertLink(element: Element): void {
  const href = element.getAttribute("href") ?? "";
  element.removeAttribute("href");
  if (element.localName !== "a" || !HREF.test(href)) return;
  element.setAttribute("data-href", href);
  element.setAttribute("role", "link");
  element.setAttribute("tabindex", "0");
  element.setAttribute("title", href);
}
