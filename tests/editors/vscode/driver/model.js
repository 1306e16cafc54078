// A model on loopback that speaks OpenAI-compatible chat completions and follows a script: one answer a request,
// streamed in small pieces. A script can hold an answer back in the middle until the scenario lets it go on.
import { createServer } from "node:http";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "./waiting.js";

/** Streams these words. */
export const says = (text) => ({ parts: [{ text }] });

/** Streams tool calls, each `[name, parameters]`. */
export const calls = (...list) => ({
  parts: list.map(([name, parameters]) => ({ name, json: JSON.stringify(parameters) })),
});

/** Streams `before`, waits until the scenario calls `release()`, then streams `after`; both are answers as above. */
export function held(before, after) {
  const gate = Promise.withResolvers();
  return { parts: [...before.parts, { gate: gate.promise }, ...after.parts], release: gate.resolve };
}

/** A tool call that is held back before `mark` in its parameters. */
export function heldCall([name, parameters], mark) {
  const json = JSON.stringify(parameters);
  const at = json.indexOf(JSON.stringify(mark).slice(1, -1));
  return held({ parts: [{ name, json: json.slice(0, at) }] }, { parts: [{ more: json.slice(at) }] });
}

/** Streams `tokens` a second, each a short word, for `seconds`. */
export const fast = (tokens, seconds) => ({ parts: [{ tokens, seconds }] });

/** Answers with an HTTP status. */
export const status = (code, body) => ({ code, body });

export class Model {
  #server;
  #script = [];
  #hear;
  /** The bodies of all requests of the scenario. */
  requests = [];

  /** `hear` is called with each request, and with `{closed: true}` when one is given up before it is answered. */
  constructor(hear = () => undefined) {
    this.#hear = hear;
  }

  async start() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${this.#server.address().port}/v1`;
  }

  /** Sets what is answered from now on; requests past the end of the script are answered `done`. */
  script(...answers) {
    this.#script = answers;
    this.requests = [];
  }

  /** Waits until `count` requests have come. */
  asked(count = 1) {
    return until(`${count} requests to the model`, () => this.requests.length >= count);
  }

  /** What the tools have answered so far, as the last request tells it to the model. */
  toolResults() {
    const messages = this.requests.at(-1)?.messages ?? [];
    return messages.filter((message) => message.role === "tool").map((message) => message.content);
  }

  /** What the user and the context said, as the last request tells it to the model. */
  told() {
    return JSON.stringify(this.requests.at(-1)?.messages ?? []);
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request, response) {
    const body = (await request.toArray()).join("");
    if (request.method !== "POST") {
      const models = { object: "list", data: [{ id: "scripted", object: "model" }] };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(models));
      return;
    }
    this.requests.push(JSON.parse(body));
    this.#hear(this.requests.at(-1));
    const answer = this.#script.shift() ?? says("done");
    if (answer.code) {
      response.writeHead(answer.code, { "content-type": "application/json" }).end(answer.body);
      return;
    }
    response.on("close", () => response.writableEnded || this.#hear({ closed: true }));
    response.writeHead(200, { "content-type": "text/event-stream" });
    await stream(response, answer.parts);
    response.end();
  }
}

async function stream(response, parts) {
  let index = -1;
  for (const part of parts) {
    if (part.gate) {
      await part.gate;
    } else if (part.tokens) {
      await atSpeed(response, part);
    } else if (part.name) {
      index += 1;
      begin(response, index, part.name);
      argue(response, index, part.json);
    } else if (part.more) {
      argue(response, index, part.more);
    } else {
      pieces(part.text, 5).forEach((content) => send(response, chunk({ content })));
    }
  }
  send(response, chunk({}, index >= 0 ? "tool_calls" : "stop"));
  send(response, { choices: [], usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } });
  response.write("data: [DONE]\n\n");
}

function begin(response, index, name) {
  const call = { index, id: `call_${index}_${name}`, type: "function", function: { name, arguments: "" } };
  send(response, chunk({ tool_calls: [call] }));
}

function argue(response, index, json) {
  for (const piece of pieces(json, 9)) {
    send(response, chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
  }
}

/** A steady stream: what a slow machine is late with is made up for, so that the rate holds. */
async function atSpeed(response, { tokens, seconds }) {
  const started = performance.now();
  const total = tokens * seconds;
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.ceil(((performance.now() - started) / 1000) * tokens));
    for (; sent < due; sent += 1) {
      send(response, chunk({ content: sent % 12 === 11 ? `word${sent}.\n\n` : `word${sent} ` }));
    }
    await pause(1000 / tokens);
  }
}

const pieces = (text, length) => text.match(new RegExp(`[^]{1,${length}}`, "gu")) ?? [];

const send = (response, event) => response.write(`data: ${JSON.stringify(event)}\n\n`);

const chunk = (delta, reason = null) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "scripted",
  choices: [{ index: 0, delta, finish_reason: reason }],
});
