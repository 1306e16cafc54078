import assert from "node:assert/strict";
import test from "node:test";

import { Turns, type Outcome } from "./turns";

function turns() {
  const outcomes: Outcome[] = [];
  return { turns: new Turns(() => undefined, (outcome) => outcomes.push(outcome)), outcomes };
}
const STARTED = { sessionId: "s", turnId: "t" };
const told = (outcomes: Outcome[]) => outcomes.map(({ command, turn }) => `${command} ${turn.state}`);

test("what runs is shown with its step, until it ends", () => {
  const { turns: all, outcomes } = turns();
  all.turn({ turnId: "t", state: "running" });
  all.progress("singletree/t", { kind: "begin", title: "fix a.py" });
  all.progress("singletree/t", { kind: "report", message: "writing" });
  all.progress("another/t", { kind: "report", message: "no" });
  assert.deepEqual(all.running(), [{ id: "t", title: "fix a.py", step: "writing" }]);
  all.began("fix", STARTED);
  all.turn({ turnId: "t", state: "completed", text: "done" });
  assert.deepEqual([all.running().length, told(outcomes)], [0, ["fix completed"]]);
});

test("a turn that ended before we knew that it was ours is still told", () => {
  const { turns: all, outcomes } = turns();
  all.turn({ turnId: "t", state: "running" });
  all.turn({ turnId: "t", state: "failed", error: "no" });
  assert.deepEqual(told(outcomes), []);
  all.began("ask", STARTED);
  assert.deepEqual(told(outcomes), ["ask failed"]);
});

test("turns that were begun elsewhere tell nothing", () => {
  const { turns: all, outcomes } = turns();
  for (let id = 0; id < 50; id += 1) {
    all.turn({ turnId: String(id), state: "running" });
    all.turn({ turnId: String(id), state: "completed" });
  }
  assert.deepEqual(told(outcomes), []);
});

test("a server that is gone runs nothing", () => {
  const { turns: all } = turns();
  all.turn({ turnId: "t", state: "running" });
  all.clear();
  assert.equal(all.running().length, 0);
});
