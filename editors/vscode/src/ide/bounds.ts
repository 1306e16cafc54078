// The shapes in which VS Code's providers answer, made one, and their number made small. Pure.

import type * as vscode from "vscode";

export const atMost = <Item>(most: number, items: readonly Item[]): readonly Item[] => items.slice(0, most);

export const isLinks = (place: vscode.Location | vscode.LocationLink): place is vscode.LocationLink =>
  "targetUri" in place;

export interface NamedSymbol {
  readonly name: string;
  readonly kind: number;
  readonly containerName: string;
  readonly location: { uri: vscode.Uri; range: vscode.Range };
}

/** A file's symbols as a flat list: some providers answer with a tree, whose symbols know no file. */
export function flatten(
  symbols: readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[],
  uri: vscode.Uri,
  containerName = "",
): NamedSymbol[] {
  return symbols.flatMap((symbol) => {
    if ("location" in symbol && !("children" in symbol)) {
      return [symbol];
    }
    const { name, kind, selectionRange, children } = symbol as vscode.DocumentSymbol;
    return [{ name, kind, containerName, location: { uri, range: selectionRange } }, ...flatten(children, uri, name)];
  });
}
