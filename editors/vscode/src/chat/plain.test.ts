import assert from "node:assert/strict";
import test from "node:test";

import { plain } from "./plain";

test("colours, titles and marks of shell integration are left out", () => {
  assert.equal(plain("\u001b]633;C\u0007\u001b[1;31merror\u001b[0m: x\r\n\u001b]0;title\u001b\\done"), "error: x\ndone");
});

test("a line that was written over shows what was written last", () => {
  assert.equal(plain("10 %\r20 %\r100 %\nend"), "100 %\nend");
});
