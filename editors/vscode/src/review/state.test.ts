import assert from "node:assert/strict";
import test from "node:test";

import { file, hunk, inState, review } from "./fixtures";
import { ReviewState } from "./state";

const A = hunk("a", [1, 2], "old\n", "new\n");
const B = hunk("b", [5, 5], "", "come\n");

/** `id@line:state` of every hunk, file by file. */
const shown = (state: ReviewState) =>
  state.files().map(({ uri, hunks }) => `${uri} ${hunks.map((at) => `${at.id}@${at.range.start.line}:${at.state}`).join(" ")}`);

test("a review comes whole, then in differences", () => {
  const state = new ReviewState();
  state.apply(review(1, [file("u", [B, A])]));
  assert.deepEqual(shown(state), ["u a@1:pending b@5:pending"], "by place");
  state.apply(review(2, [file("u", [inState("conflict", A)])], { whole: false, removed: ["b"] }));
  assert.deepEqual(shown(state), ["u a@1:conflict"]);
  state.apply(review(3, [], { whole: false, removed: ["a"] }));
  assert.deepEqual(shown(state), []);
  assert.deepEqual(state.selections(), [], "a review without hunks is gone");
});

test("a streaming hunk grows and is replaced by the whole one", () => {
  const state = new ReviewState();
  const begun = inState("streaming", hunk("s", [1, 1], "", "co"));
  state.apply(review(1, [file("u", [begun])]));
  state.apply(review(2, [file("u", [{ ...begun, newText: "come\n" }])], { whole: false }));
  assert.equal(state.hunk("s")?.newText, "come\n");
  state.apply(review(3, [file("u", [B])], { whole: false, removed: ["s"] }));
  assert.deepEqual(shown(state), ["u b@5:pending"]);
});

test("decided hunks are not shown, whatever the order of the news", () => {
  const state = new ReviewState();
  state.apply(review(1, [file("u", [A, B])]));
  state.apply(review(2, [file("u", [inState("kept", A)])], { whole: false }));
  assert.deepEqual(shown(state), ["u b@5:pending"]);
});

test("typing moves hunks, and late news are brought up to date", () => {
  const state = new ReviewState();
  state.apply(review(1, [file("u", [A])]));
  const line = { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: "typed\n" };
  state.typedInto("u", 2, [line]);
  assert.deepEqual(shown(state), ["u a@2:pending"]);
  state.apply(review(2, [file("u", [B], { version: 1 })], { whole: false }));
  state.apply(review(3, [file("u", [hunk("c", [9, 9], "", "x\n")], { version: 2 })], { whole: false }));
  assert.deepEqual(shown(state), ["u a@2:pending b@6:pending c@9:pending"]);
  state.closed("u");
  state.apply(review(4, [file("u", [B], { version: 1 })], { whole: false }));
  assert.equal(state.hunk("b")?.range.start.line, 5, "a document that is opened again counts anew");
});

test("of a text that was replaced as a whole only the server knows where its hunks are", () => {
  const state = new ReviewState();
  const doubts: string[] = [];
  let about = "typing elsewhere";
  state.onDoubt(() => doubts.push(about));
  state.apply(review(1, [file("u", [A, B])]));
  const over = (line: number, endLine: number) => ({
    range: { start: { line, character: 0 }, end: { line: endLine, character: 0 } },
    text: "other\n",
  });
  state.typedInto("u", 2, [over(7, 9)]);
  about = "all of it";
  state.typedInto("u", 3, [over(0, 9)]);
  state.place([review(9, [file("u", [hunk("a", [3, 4], "not", "taken\n"), hunk("x", [0, 0], "", "x\n")], { version: 3 })])]);
  assert.deepEqual(shown(state), ["u b@1:pending a@3:pending"], "only what is told moves, and nothing comes by this way");
  assert.equal(state.hunk("a")?.newText, "new\n");

  about = "news of the text before";
  state.apply(review(10, [file("u", [B], { version: 2 })], { whole: false }));
  about = "another file was opened";
  state.opened("w");
  about = "it was opened";
  state.opened("u");
  assert.deepEqual([...new Set(doubts)], ["all of it", "news of the text before", "it was opened"]);
});

test("a renamed file takes its hunks along", () => {
  const state = new ReviewState();
  state.apply(review(1, [file("u", [A, B])]));
  state.apply(review(2, [file("v", [A])], { whole: false }));
  assert.deepEqual(shown(state), ["u b@5:pending", "v a@1:pending"]);
});

test("two reviews share a file, and each is decided as it was seen", () => {
  const state = new ReviewState();
  state.apply(review(4, [file("u", [A])]));
  state.apply(review(7, [file("u", [B], { kind: "delete" }), file("w", [hunk("d", [0, 0], "", "x\n")])], { reviewId: "q" }));
  assert.deepEqual(shown(state), ["u a@1:pending b@5:pending", "w d@0:pending"]);
  assert.equal(state.file("u")?.kind, "delete");
  assert.deepEqual(state.selections("u"), [
    { reviewId: "r", rev: 4, uri: "u" },
    { reviewId: "q", rev: 7, uri: "u" },
  ]);
  assert.deepEqual(state.selections("w"), [{ reviewId: "q", rev: 7, uri: "w" }]);
});

test("listeners hear which files changed", () => {
  const state = new ReviewState();
  const heard: string[][] = [];
  const listening = state.onChange(({ uris }) => heard.push([...uris].sort()));
  state.apply(review(1, [file("u", [A]), file("w", [B])]));
  state.clear();
  listening.dispose();
  state.apply(review(1, [file("u", [A])]));
  assert.deepEqual(heard, [["u", "w"], ["u", "w"]]);
});

test("five hundred hunks are taken in and asked for in no time", () => {
  const state = new ReviewState();
  const hunks = Array.from({ length: 500 }, (_, at) => hunk(`h${at}`, [at * 3, at * 3 + 1], "old\n", "new\n"));
  const started = performance.now();
  state.apply(review(1, [file("u", hunks)]));
  for (let version = 2; version < 102; version += 1) {
    const at = { line: 0, character: version };
    state.typedInto("u", version, [{ range: { start: at, end: at }, text: "x" }]);
    state.file("u");
  }
  console.log(`500 hunks, 100 keys: ${Math.round(performance.now() - started)} ms`);
  assert.equal(state.hunks().length, 500);
});
