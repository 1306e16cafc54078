import assert from "node:assert/strict";
import test from "node:test";

import type { SessionUpdate } from "./acp";
import { apply, emptyTranscript, type Change, type Transcript } from "./transcript";

function update(update: SessionUpdate): Change {
  return { type: "update", update };
}

function says(text: string): Change {
  return update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } });
}

function user(text: string, message: number): Change {
  return update({
    sessionUpdate: "user_message_chunk",
    content: { type: "text", text },
    _meta: { singletree: { message } },
  });
}

function play(...changes: Change[]): Transcript {
  const transcript = emptyTranscript("s");
  for (const change of changes) apply(transcript, change);
  return transcript;
}

const permission: Change = {
  type: "permission",
  key: "p",
  request: { sessionId: "s", toolCall: { toolCallId: "t" }, options: [] },
};

test("text that streams grows one entry, and what follows finishes it", () => {
  const { entries } = play(says("one "), says("two"), update({ sessionUpdate: "tool_call", toolCallId: "t", title: "Read" }), says("three"));
  assert.deepEqual(
    entries.map((entry) => (entry.kind === "agent" ? [entry.text, entry.done] : entry.kind)),
    [["one two", true], "tool", ["three", false]],
  );
});

test("only the entries that changed are named", () => {
  const transcript = play(says("one"));
  assert.deepEqual(apply(transcript, says(" more")), [0]);
  assert.deepEqual(apply(transcript, { type: "notice", text: "n" }), [0, 1]);
});

test("the echo of what was sent gives way to the server's account, also when the turn has gone on meanwhile", () => {
  const sent: Change = { type: "sent", blocks: [{ type: "text", text: "hello" }] };
  const { entries } = play(sent, says("thinking about something else"), user("hello", 7));
  assert.equal(entries.length, 2);
  assert.deepEqual(entries[0], { kind: "user", text: "hello", blocks: [], message: 7, echo: false });
});

test("chunks of one message of the user make one entry, those of two messages two", () => {
  const image: Change = update({
    sessionUpdate: "user_message_chunk",
    content: { type: "image", mimeType: "image/png", data: "AA" },
    _meta: { singletree: { message: 1 } },
  });
  const { entries } = play(user("a", 1), image, user("b", 2));
  assert.deepEqual(
    entries.map((entry) => entry.kind === "user" && [entry.text, entry.blocks.length]),
    [["a", 1], ["b", 0]],
  );
});

test("an update changes only what it names of a tool call", () => {
  const { entries } = play(
    update({ sessionUpdate: "tool_call", toolCallId: "t", title: "Run", kind: "execute", status: "pending" }),
    update({ sessionUpdate: "tool_call_update", toolCallId: "t", status: "completed", title: null }),
  );
  assert.deepEqual(entries, [
    { kind: "tool", call: { toolCallId: "t", title: "Run", kind: "execute", status: "completed" } },
  ]);
});

test("a plan is updated where it stands, and a later turn has its own", () => {
  const plan = (status: "pending" | "completed"): Change =>
    update({ sessionUpdate: "plan", entries: [{ content: "step", status }] });
  const { entries } = play(user("one", 1), plan("pending"), says("x"), plan("completed"), user("two", 2), plan("pending"));
  const plans = entries.flatMap((entry) => (entry.kind === "plan" ? [entry.entries[0]?.status] : []));
  assert.deepEqual(plans, ["completed", "pending"]);
});

test("the end of a turn closes what was asked in it, and marks only an end that is not plain", () => {
  const stopped = play(user("a", 1), { type: "started" }, permission, { type: "ended", reason: "cancelled" });
  assert.equal(stopped.running, false);
  const [, asked, end] = stopped.entries;
  assert.equal(asked?.kind === "permission" && asked.answer, "closed");
  assert.deepEqual(end, { kind: "end", reason: "cancelled" });
  const plain = play(says("done"), { type: "started" }, { type: "ended", reason: "end_turn" });
  assert.equal(plain.entries.length, 1);
});

test("a question that is asked again takes the place of its first asking", () => {
  const { entries } = play(permission, { type: "answered", key: "p", answer: "closed" }, permission);
  assert.equal(entries.length, 1);
  assert.equal(entries[0]?.kind === "permission" && entries[0].answer, undefined);
});

test("a turn that others started is followed by what the session says of itself", () => {
  const told = (running: boolean): Change =>
    update({ sessionUpdate: "session_info_update", _meta: { singletree: { running } } });
  const transcript = play(told(true), says("text"));
  assert.equal(transcript.running, true);
  apply(transcript, told(false));
  assert.equal(transcript.running, false);
});
