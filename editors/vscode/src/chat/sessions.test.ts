import assert from "node:assert/strict";
import test from "node:test";

import type { CancellationToken, LanguageClient } from "vscode-languageclient/node";

import type { PermissionRequest } from "./acp";
import type { ChatServices } from "./services";
import { Sessions } from "./sessions";
import type { Change } from "./transcript";

const OPEN: CancellationToken = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};

type Answer = (params: Record<string, unknown>) => unknown;

/** A server made of answers; every call is recorded. */
function server(answers: Record<string, Answer>) {
  const calls: string[] = [];
  const told: Change[] = [];
  const shown: (string | undefined)[] = [];
  const call = (method: string, params: Record<string, unknown>): Promise<unknown> => {
    calls.push(method);
    return Promise.resolve(params).then(answers[method] ?? (() => ({})));
  };
  const listen = () => ({ dispose: () => undefined });
  const client = { sendRequest: call, sendNotification: call, onNotification: listen, onRequest: listen };
  const services = { client: () => Promise.resolve(client as unknown as LanguageClient) } as unknown as ChatServices;
  const sessions = new Sessions(
    services,
    {
      changed: (_session, change) => told.push(change),
      shown: (transcript) => shown.push(transcript?.id),
      loading: () => undefined,
      asked: () => undefined,
    },
    () => "/w",
  );
  return { sessions, calls, told, shown };
}

function chunk(text: string) {
  return { sessionUpdate: "agent_message_chunk", content: { type: "text", text } } as const;
}

const NEW = { "session/new": () => ({ sessionId: "new" }) };

test("history is replayed in silence and shown whole", async () => {
  const { sessions, told, shown } = server({
    "session/load": () => {
      sessions.update("old", chunk("one "));
      sessions.update("old", chunk("two"));
      return {};
    },
  });
  await sessions.load("old");
  assert.deepEqual(told, []);
  assert.deepEqual(shown, ["old"]);
  assert.equal(sessions.current?.entries.length, 1);
  sessions.update("old", chunk(" three"));
  assert.equal(told.length, 1);
});

test("what the server tells of a new session before it has named it is not lost", async () => {
  const { sessions } = server({
    "session/new": () => {
      sessions.update("new", { sessionUpdate: "available_commands_update", availableCommands: [{ name: "fix", description: "" }] });
      return { sessionId: "new" };
    },
  });
  await sessions.create();
  assert.equal(sessions.current?.commands[0]?.name, "fix");
});

test("a session that cannot be loaded leaves the one that was shown", async () => {
  const { sessions, shown } = server({
    ...NEW,
    "session/load": () => {
      throw new Error("no such session");
    },
  });
  await sessions.create();
  await assert.rejects(sessions.load("gone"), /no such session/);
  assert.equal(shown.at(-1), "new");
  assert.equal(sessions.current?.id, "new");
});

test("prompts that steer a turn end it once, with its last answer", async () => {
  const ends: ((value: unknown) => void)[] = [];
  const { sessions } = server({ ...NEW, "session/prompt": () => new Promise((resolve) => ends.push(resolve)) });
  await sessions.create();
  const first = sessions.prompt([{ type: "text", text: "a" }], [], []);
  const second = sessions.prompt([{ type: "text", text: "b" }], [], []);
  await new Promise((resolve) => setImmediate(resolve));
  ends[0]?.({ stopReason: "end_turn" });
  await first;
  const isRunning = (): boolean | undefined => sessions.current?.running;
  assert.equal(isRunning(), true);
  ends[1]?.({ stopReason: "end_turn" });
  await second;
  assert.equal(isRunning(), false);
});

test("a turn that fails says so and keeps what was sent", async () => {
  const { sessions } = server({
    ...NEW,
    "session/prompt": () => {
      throw Object.assign(new Error("No model is configured."), { data: { cause: "no-model" } });
    },
  });
  await sessions.create();
  await sessions.prompt([{ type: "text", text: "a" }], [], []);
  assert.deepEqual(
    sessions.current?.entries.map((entry) => (entry.kind === "end" ? [entry.reason, entry.error] : entry.kind)),
    ["user", ["no-model", "No model is configured."]],
  );
});

test("a session is left running in the background and closed when nothing runs in it", async () => {
  const { sessions, calls } = server({ ...NEW, "session/prompt": () => new Promise(() => undefined) });
  await sessions.create();
  void sessions.prompt([{ type: "text", text: "a" }], [], []);
  await sessions.load("other");
  assert.ok(!calls.includes("session/close"));
  await sessions.load("third");
  assert.equal(calls.filter((one) => one === "session/close").length, 1);
  await sessions.load("new");
  assert.equal(sessions.current?.running, true);
});

test("the first answer to a permission counts, whether the user's or another front's", async () => {
  const { sessions } = server(NEW);
  await sessions.create();
  const request: PermissionRequest = {
    sessionId: "new",
    toolCall: { toolCallId: "t" },
    options: [{ optionId: "reject", name: "Reject", kind: "reject_once" }],
  };
  const answered = sessions.permission(request, OPEN);
  sessions.asks.permit("permission:new:t", "reject", "use the other tool");
  sessions.permissionClosed("new", "t");
  assert.deepEqual(await answered, {
    outcome: { outcome: "selected", optionId: "reject" },
    _meta: { singletree: { reason: "use the other tool" } },
  });
  const withdrawn = sessions.permission(request, OPEN);
  sessions.permissionClosed("new", "t");
  sessions.asks.permit("permission:new:t", "reject", undefined);
  assert.deepEqual(await withdrawn, { outcome: { outcome: "cancelled" } });
});

test("an option that was not offered is no answer", async () => {
  const { sessions } = server(NEW);
  await sessions.create();
  const request: PermissionRequest = { sessionId: "new", toolCall: { toolCallId: "t" }, options: [] };
  void sessions.permission(request, OPEN);
  sessions.asks.permit("permission:new:t", "always", undefined);
  assert.equal(sessions.asks.count, 1);
});

test("going back takes the message and what followed out of the conversation", async () => {
  const { sessions } = server({ ...NEW, "_singletree/session/rewind": () => ({ text: "second" }) });
  await sessions.create();
  for (const message of [1, 2]) {
    sessions.update("new", {
      sessionUpdate: "user_message_chunk",
      content: { type: "text", text: `message ${message}` },
      _meta: { singletree: { message } },
    });
    sessions.update("new", chunk("answer"));
  }
  assert.deepEqual(await sessions.rewind(2), { text: "second", blocks: [] });
  assert.equal(sessions.current?.entries.length, 2);
});
