import assert from "node:assert/strict";
import test from "node:test";

import { Crashes } from "./crashes";

const MINUTE = 60_000;
const check = (minutes: number[], expect: boolean[]) => {
  const crashes = new Crashes();
  assert.deepEqual(minutes.map((minute) => crashes.note(minute * MINUTE)), expect);
};

test("the third crash in three minutes is one too many", () => check([0, 1, 2], [false, false, true]));
test("crashes that lie apart are forgiven", () => check([0, 2, 4, 6], [false, false, false, false]));
