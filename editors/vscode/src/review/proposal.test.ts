import assert from "node:assert/strict";
import test from "node:test";

import type { Hunk } from "../protocol";
import { hunk, inState } from "./fixtures";
import { asProposed, propose } from "./proposal";

const check = (text: string, hunks: Hunk[], expect: string) => assert.equal(propose(text, hunks), expect);
const TEXT = "a\nb\nc\n";

test("lines are replaced, put in and taken out", () =>
  check(TEXT, [hunk("1", [0, 1], "a\n", "A\n"), hunk("2", [1, 1], "", "new\n"), hunk("3", [2, 3], "c\n", "")], "A\nnew\nb\n"));
test("an insertion at the end of a text without a last break", () =>
  check("a", [hunk("1", [1, 1], "", "\nb")], "a\nb"));
test("windows line ends stay as they are", () =>
  check("a\r\nb\r\n", [hunk("1", [1, 2], "b\r\n", "B\r\n")], "a\r\nB\r\n"));
test("a conflict is no part of it", () =>
  check(TEXT, [inState("conflict", hunk("1", [0, 1], "x\n", "y\n"))], TEXT));
test("what is still being written is", () =>
  check(TEXT, [inState("streaming", hunk("1", [1, 1], "", "half"))], "a\nhalfb\nc\n"));
test("of two that overlap the second is left out", () =>
  check(TEXT, [hunk("1", [0, 2], "a\nb\n", "x\n"), hunk("2", [1, 2], "b\n", "y\n")], "x\nc\n"));
test("nothing proposed is the text itself", () => check(TEXT, [], TEXT));

test("hunks stand in the proposal where their new text is", () => {
  const place = { reviewId: "r", rev: 1, uri: "u" };
  const hunks = [hunk("1", [0, 0], "", "x\ny\n"), hunk("2", [1, 2], "b\n", ""), hunk("3", [2, 3], "c\n", "C\nD\n")];
  const lines = asProposed(hunks.map((each) => ({ ...each, ...place }))).map(({ id, range }) => [
    id,
    range.start.line,
    range.end.line,
  ]);
  assert.deepEqual(lines, [["1", 0, 2], ["2", 3, 3], ["3", 3, 5]]);
});
