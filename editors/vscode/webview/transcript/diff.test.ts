import assert from "node:assert/strict";
import test from "node:test";

import { diffLines } from "./diff";

function check(before: string, after: string, expected: string): void {
  const shown = diffLines(before, after).map((line) => (line.sign === "…" ? "…" : line.sign + line.text));
  assert.equal(shown.join("\n"), expected);
}

test("a changed line stands with two lines around it", () => {
  check("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nX\ne\nf\n", "…\n b\n c\n-d\n+X\n e\n f");
});

test("a new file is all added, a deleted one all removed", () => {
  check("", "a\nb\n", "+a\n+b");
  check("a\n", "", "-a");
});

test("two changes far apart leave a gap", () => {
  check("1\n2\n3\n4\n5\n6\n7\n8\n", "X\n2\n3\n4\n5\n6\n7\nY\n", "-1\n+X\n 2\n 3\n…\n 6\n 7\n-8\n+Y");
});

test("very different long texts are shown whole, without a table", () => {
  const lines = diffLines("a\n".repeat(2_000), "b\n".repeat(2_000));
  assert.equal(lines.length, 4_000);
});
