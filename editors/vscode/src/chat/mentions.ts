// What `@` and `#` offer: files and symbols from the server's index, and what the editor itself knows.

import type { MentionItem } from "./acp";
import type { Connection } from "./connection";
import type { Attachment, Completion, Resolvable } from "./protocol";
import type { Mention } from "./services";
import type { StringTable } from "./strings";

const MOST_FILES = 12;
const MOST_SYMBOLS = 8;

/** The list for what was typed, `@` or `#` included. */
export async function completions(connection: Connection, typed: string, words: StringTable): Promise<Completion[]> {
  const query = typed.slice(1);
  const own = ownMentions(words).filter((one) => one.label.slice(1).startsWith(query.toLowerCase()));
  const [files, symbols] = await Promise.all([
    found(connection, "file", query, MOST_FILES),
    query.length > 1 ? found(connection, "symbol", query, MOST_SYMBOLS) : [],
  ]);
  return [...own, ...files, ...symbols];
}

function ownMentions(words: StringTable): Completion[] {
  const one = (resolve: Resolvable, detail: string): Completion => ({
    label: `@${resolve}`,
    detail,
    icon: resolve,
    insert: `@${resolve}`,
    resolve,
  });
  return [
    one("selection", words.mentionSelection),
    one("diagnostics", words.mentionDiagnostics),
    one("diff", words.mentionDiff),
    one("terminal", words.mentionTerminal),
  ];
}

/** An index that cannot answer leaves the list shorter; it does not spoil it. */
async function found(
  connection: Connection,
  kind: "file" | "symbol",
  query: string,
  limit: number,
): Promise<Completion[]> {
  try {
    const { items } = await connection.request<{ items: MentionItem[] }>("_singletree/mentions", { kind, query, limit });
    return items.map((item) => completion(kind, item));
  } catch {
    return [];
  }
}

function completion(kind: "file" | "symbol", item: MentionItem): Completion {
  const [first, last] = item.range ?? [];
  const lines = first === undefined || last === undefined ? {} : { range: { first, last } };
  const mention: Mention = { uri: item.uri, ...lines };
  return {
    label: item.label,
    detail: item.detail ?? "",
    icon: kind,
    insert: `@${item.label.replace(/\s+/g, "_")}`,
    attachment: linkTo(mention, item.label),
  };
}

/** A file or some lines of it as a content block; the server reads them when the prompt arrives. */
export function linkTo(mention: Mention, name: string): Attachment {
  const lines = mention.range ? `#L${mention.range.first}-${mention.range.last}` : "";
  return { label: name, block: { type: "resource_link", uri: mention.uri.replace(/#.*$/, "") + lines, name } };
}
