import assert from "node:assert/strict";
import test from "node:test";

import type * as vscode from "vscode";

import { atMost, flatten, isLinks } from "./bounds";

const uri = "u" as unknown as vscode.Uri;
const range = (line: number) => line as unknown as vscode.Range;
const tree = (name: string, line: number, children: unknown[] = []) =>
  ({ name, kind: 4, range: range(0), selectionRange: range(line), children }) as unknown as vscode.DocumentSymbol;

test("a tree of symbols becomes a list in which each knows its container and its file", () => {
  const found = flatten([tree("Shape", 1, [tree("area", 2, [tree("pi", 3)])]), tree("main", 9)], uri);
  assert.deepEqual(found.map(({ name, containerName, location }) => [name, containerName, location.range]), [
    ["Shape", "", 1],
    ["area", "Shape", 2],
    ["pi", "area", 3],
    ["main", "", 9],
  ]);
  assert.ok(found.every(({ location }) => location.uri === uri));
});

test("a flat list stays as it is", () => {
  const flat = { name: "f", kind: 11, containerName: "m", location: { uri, range: range(1) } };
  const given: unknown = flat;
  assert.deepEqual(flatten([given as vscode.SymbolInformation], "other" as unknown as vscode.Uri), [flat]);
});

test("links and locations are told apart, and too many are cut", () => {
  const [link, location]: unknown[] = [{ targetUri: uri }, { uri, range: range(1) }];
  assert.ok(isLinks(link as vscode.LocationLink));
  assert.ok(!isLinks(location as vscode.Location));
  assert.deepEqual(atMost(2, [1, 2, 3]), [1, 2]);
});
