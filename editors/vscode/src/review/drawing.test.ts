import assert from "node:assert/strict";
import test from "node:test";

import { count, draw } from "./drawing";
import { hunk } from "./fixtures";

/** What is drawn for lines `[first, end)` in a file of ten lines, in a line of words each. */
function check([first, end]: [number, number], oldText: string, newText: string, expect: string[]) {
  const drawing = draw(hunk("a", [first, end], oldText, newText), 10);
  const { shape, removed, parts, beside, anchor } = drawing;
  const lines = [
    `${shape} at ${anchor} ${count(drawing)}`,
    ...(removed.first < removed.end ? [`removed ${removed.first}..${removed.end}`] : []),
    ...parts.map(({ line, from, to }) => `part ${line}:${from}-${to}`),
    ...beside.map(({ line, text }) => `beside ${line}: ${text}`),
  ];
  assert.deepEqual(lines, expect);
}

test("a changed line is shown beside itself, with the words that go", () =>
  check([3, 4], "  return r * r\n", "  return r ** 2\n", [
    "change at 3 +1 −1",
    "removed 3..4",
    "part 3:12-14",
    "beside 3: return r ** 2",
  ]));
test("an insertion is counted on the line above", () =>
  check([3, 3], "", "\n/// Adds.\n/// More.\n", ["insert at 3 +3", "beside 2: +3 ┊ /// Adds."]));
test("an insertion on top has only the first line to stand at", () =>
  check([0, 0], "", "import x\n", ["insert at 0 +1", "beside 0: import x"]));
test("an insertion at the end stands behind the last line", () =>
  check([10, 10], "", "end\n", ["insert at 9 +1", "beside 9: end"]));
test("lines that go are marked and nothing is shown beside", () =>
  check([3, 5], "a\nb\n", "", ["delete at 3 −2", "removed 3..5"]));
test("lines are paired, and the last stands for the rest", () =>
  check([3, 5], "a = 1\nb = 1\n", "a = 2\nb = 2\nc = 2\nd\n", [
    "change at 3 +4 −2",
    "removed 3..5",
    "part 3:4-5",
    "part 4:4-5",
    "beside 3: a = 2",
    "beside 4: +3 ┊ b = 2",
  ]));
test("lines that stay at both ends are not part of it", () =>
  check([3, 6], "a\nb\nc\n", "a\nx\nc\n", ["change at 4 +1 −1", "removed 4..5", "part 4:0-1", "beside 4: x"]));
test("what has no room beside a long line goes above it", () => {
  const drawing = draw(hunk("a", [0, 1], `${"x".repeat(100)}\n`, `${"y".repeat(20)}\n`), 1);
  assert.deepEqual([drawing.beside, drawing.above], [[], "y".repeat(20)]);
});
test("surrogate pairs are never cut", () =>
  check([0, 1], "x𝒳y\n", "x𝒴y\n", ["change at 0 +1 −1", "removed 0..1", "part 0:1-3", "beside 0: x𝒴y"]));
test("what is only put in marks no words that go", () =>
  check([0, 1], "f(a)\n", "f(a, b)\n", ["change at 0 +1 −1", "removed 0..1", "beside 0: f(a, b)"]));
test("a long line is cut", () => {
  const [shown] = draw(hunk("a", [0, 0], "", `${"x".repeat(500)}\n`), 1).beside;
  assert.equal(shown?.text.length, 161);
});
