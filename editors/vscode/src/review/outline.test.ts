import assert from "node:assert/strict";
import test from "node:test";

import { file, hunk, review } from "./fixtures";
import { fileRows, hunkRows } from "./outline";
import { ReviewState } from "./state";

const state = new ReviewState();
state.apply(
  review(1, [
    file("w/src/a.py", [hunk("1", [1, 2], "    return x\n", "    y = x\n    return y\n"), hunk("2", [9, 10], "pass\n", "")]),
    file("w/old.py", [hunk("3", [0, 0], "", "")], { kind: "rename", newUri: "w/new.py" }),
  ]),
);
const rows = fileRows(state.files(), (uri) => uri.slice(2));

test("files are named as the user names them, with their counts", () =>
  assert.deepEqual(rows.map(({ name, folder, counts }) => [name, folder, counts]), [
    ["old.py → new.py", "", ""],
    ["a.py", "src", "+2 −2"],
  ]));
test("a hunk is called by the first line that comes, or else goes", () =>
  assert.deepEqual(hunkRows(rows[1]!.file).map(({ label, counts, line }) => [label, counts, line]), [
    ["y = x", "+2 −1", 2],
    ["pass", "−1", 10],
  ]));
test("a rename alone has neither text nor line", () =>
  assert.deepEqual(hunkRows(rows[0]!.file).map(({ label, counts, line }) => [label, counts, line]), [["", "", undefined]]));
