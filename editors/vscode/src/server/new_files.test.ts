import assert from "node:assert/strict";
import test from "node:test";

import { takeNewFiles } from "./new_files";

const create = (uri: string) => ({ kind: "create" as const, uri });
const edit = (uri: string, newText: string) => ({
  textDocument: { uri, version: null },
  edits: [{ range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } }, newText }],
});

test("a file that is created and filled is made with its text", () => {
  const other = edit("o", "x");
  const { made, rest } = takeNewFiles([create("a"), edit("a", "text\n"), other, create("b")]);
  assert.deepEqual(made, [{ uri: "a", text: "text\n" }]);
  assert.deepEqual(rest, [other, create("b")], "an empty one, and every edit of another file, are left to the client");
});

test("an edit of another file between the two is kept apart", () => {
  const changes = [create("a"), edit("b", "x"), edit("a", "y")];
  assert.deepEqual(takeNewFiles(changes), { made: [], rest: changes });
});
