// Which addresses may leave the chat. The model writes them, so nothing opens by itself: web pages are shown and asked
// about, files must lie in the workspace, and every other scheme (`command:`, `vscode:`, `javascript:`, …) is refused.

import * as path from "node:path";

export type Target =
  | { kind: "web"; address: string }
  | { kind: "file"; path: string; line?: number }
  | { kind: "refused" };

const WEB = new Set(["http:", "https:", "mailto:"]);
/** `src/a.rs`, `src/a.rs:12`, `src/a.rs#L12`, `src/a.rs#L12-20`. */
const PLACE = /^(.*?)(?:#L(\d+)(?:-L?\d+)?|:(\d+)(?::\d+)?)?$/;

/** `folders` are the file-system paths of the workspace's folders. */
export function targetOf(href: string, folders: readonly string[]): Target {
  const scheme = /^([a-z][a-z0-9+.-]*:)/i.exec(href)?.[1]?.toLowerCase();
  if (scheme !== undefined && WEB.has(scheme)) return web(href);
  if (scheme === "file:") return file(href.slice(scheme.length).replace(/^\/\/(?=\/)/, ""), folders);
  // A drive letter, or `name.ext:12`, is no scheme.
  if (scheme === undefined || /^[a-z]:[\\/]/i.test(href) || /^[^:]+\.[^:]+:\d+/.test(href)) return file(href, folders);
  return { kind: "refused" };
}

function web(href: string): Target {
  try {
    // The parsed form shows where it really leads: names in look-alike letters appear as `xn--…`.
    return { kind: "web", address: new URL(href).href };
  } catch {
    return { kind: "refused" };
  }
}

function file(place: string, folders: readonly string[]): Target {
  const [, named = "", hash, colon] = PLACE.exec(place) ?? [];
  const decoded = decode(named);
  if (decoded === undefined || decoded === "" || decoded.includes("\0") || /^[\\/]{2}/.test(decoded)) {
    return { kind: "refused" };
  }
  const found = folders.map((folder) => path.resolve(folder, decoded)).find((one) => isInside(one, folders));
  if (found === undefined) return { kind: "refused" };
  const line = hash ?? colon;
  return line === undefined ? { kind: "file", path: found } : { kind: "file", path: found, line: Number(line) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export function isInside(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const relative = path.relative(folder, file);
    return relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
  });
}
