import assert from "node:assert/strict";
import test from "node:test";

import { file, hunk, review } from "./fixtures";
import { nearest, neighbour, touched } from "./places";
import { ReviewState } from "./state";

const state = new ReviewState();
state.apply(
  review(1, [
    file("b", [hunk("b3", [3, 5], "x\ny\n", "z\n"), hunk("b9", [9, 9], "", "n\n")]),
    file("d", [hunk("d0", [0, 1], "x\n", "")]),
  ]),
);
const next = (uri: string, line: number) => neighbour(state.files(), { uri, line }, "next")?.id;
const previous = (uri: string, line: number) => neighbour(state.files(), { uri, line }, "previous")?.id;

test("the next one is below, then in the next file, then the first again", () =>
  assert.deepEqual([next("b", 0), next("b", 3), next("b", 9), next("d", 0)], ["b3", "b9", "d0", "b3"]));
test("the one before is above, then in the file before, then the last", () =>
  assert.deepEqual([previous("d", 0), previous("b", 9), previous("b", 3)], ["b9", "b3", "d0"]));
test("a file without hunks stands among the others by its name", () =>
  assert.deepEqual([next("c", 7), previous("c", 7), next("z", 0)], ["d0", "b9", "b3"]));
test("from nowhere it is the first or the last", () =>
  assert.deepEqual(
    [neighbour(state.files(), undefined, "next")?.id, neighbour(state.files(), undefined, "previous")?.id],
    ["b3", "d0"],
  ));
test("where nothing is proposed there is none", () => assert.equal(neighbour([], undefined, "next"), undefined));

test("the nearest is the one at the line, or the closer one", () => {
  const hunks = state.file("b")?.hunks ?? [];
  assert.deepEqual([0, 4, 6, 8, 20].map((line) => nearest(hunks, line, 30)?.id), ["b3", "b3", "b3", "b9", "b9"]);
});

test("lines touch what changes them and what is put in above or below them", () => {
  const hunks = state.file("b")?.hunks ?? [];
  const ids = (...selected: [number, number][]) =>
    touched(hunks, selected.map(([first, last]) => ({ first, last })), 30).map(({ id }) => id);
  assert.deepEqual(ids([0, 2]), []);
  assert.deepEqual(ids([0, 3]), ["b3"]);
  assert.deepEqual(ids([4, 7]), ["b3"]);
  assert.deepEqual(ids([5, 7]), []);
  assert.deepEqual([ids([8, 8]), ids([9, 9]), ids([10, 12])], [["b9"], ["b9"], []]);
  assert.deepEqual(ids([0, 20]), ["b3", "b9"]);
  assert.deepEqual(ids([9, 9], [4, 4]), ["b3", "b9"], "by place, whatever the order of the selections");
});
