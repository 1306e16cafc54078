import assert from "node:assert/strict";
import { debounce } from "./debounce.mjs";

// A clock that runs when it is told to.
const waiting = new Map();
let next = 1;
const clock = {
  setTimeout: (f) => (waiting.set(next, f), next++),
  clearTimeout: (id) => waiting.delete(id),
};
const run = () => [...waiting].forEach(([id, f]) => (waiting.delete(id), f()));

const seen = [];
const late = debounce((x) => seen.push(x), 10, clock);
late(1);
late(2);
run();
assert.deepEqual(seen, [2]);
late(3);
run();
assert.deepEqual(seen, [2, 3]);
console.log("ok");
