import assert from "node:assert/strict";
import test from "node:test";

import { ChangeLog, isClear, shiftRange } from "./shift";

type Numbers = [number, number, number, number];
const range = ([line, character, endLine, endCharacter]: Numbers) => ({
  start: { line, character },
  end: { line: endLine, character: endCharacter },
});
const check = (hunk: Numbers, edited: Numbers, text: string, expect: Numbers) =>
  assert.deepEqual(shiftRange(range(hunk), { range: range(edited), text }), range(expect));

test("a hunk above an edit stays", () => check([1, 0, 2, 0], [5, 3, 5, 3], "x\ny", [1, 0, 2, 0]));
test("a hunk below moves by whole lines", () => check([4, 0, 6, 0], [1, 2, 2, 0], "a\nb\nc\n", [6, 0, 8, 0]));
test("lines that go pull it up", () => check([4, 0, 6, 0], [0, 0, 3, 0], "", [1, 0, 3, 0]));
test("what is typed in front of it stays outside", () => check([4, 0, 5, 0], [4, 0, 4, 0], "new\n", [5, 0, 6, 0]));
test("what is typed behind it stays outside", () => check([4, 0, 5, 0], [5, 0, 5, 0], "new\n", [4, 0, 5, 0]));
test("an insertion stays before what is typed there", () => check([4, 0, 4, 0], [4, 0, 4, 0], "x", [4, 0, 4, 0]));
test("Enter on the line above moves an insertion", () => check([4, 0, 4, 0], [3, 9, 3, 9], "\n", [5, 0, 5, 0]));
test("typing inside stretches it", () => check([4, 0, 6, 0], [5, 1, 5, 1], "\n", [4, 0, 7, 0]));
test("windows line ends count once", () => check([4, 0, 4, 0], [1, 0, 1, 0], "a\r\nb\r\n", [6, 0, 6, 0]));

test("the arithmetic is certain of what does not touch", () => {
  const clear = (hunk: Numbers, edited: Numbers) => isClear(range(hunk), { range: range(edited), text: "x\n" });
  assert.deepEqual(
    [clear([4, 0, 6, 0], [1, 0, 3, 9]), clear([4, 0, 6, 0], [6, 1, 9, 0])],
    [true, true],
    "above and below",
  );
  assert.deepEqual(
    [clear([4, 0, 6, 0], [1, 0, 4, 0]), clear([4, 0, 6, 0], [6, 0, 9, 0]), clear([4, 0, 6, 0], [0, 0, 99, 0])],
    [false, false, false],
    "at its edges, and over all of it",
  );
});

test("what was typed since a version is known, until the document is closed", () => {
  const log = new ChangeLog();
  const line = { range: range([0, 0, 0, 0]), text: "x\n" };
  log.note("u", 2, [line]);
  log.note("u", 3, [line, line]);
  assert.deepEqual([1, 2, 3].map((version) => log.since("u", version).length), [3, 2, 0]);
  log.forget("u");
  assert.deepEqual(log.since("u", 1), []);
});
