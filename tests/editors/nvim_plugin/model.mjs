// The scripted model of the VS Code tests as a program, for scenarios in Lua. Prints its URL, then answers each line of
// JSON on stdin with one on stdout:
//   {"script": [ANSWER, …]}   what is answered from now on
//   {"asked": COUNT}          answers when that many requests have come since
//   {"release": true}         lets the oldest held answer go on
//   {"requests": true}        the bodies of all requests since
//   {"toolResults": true}     what the tools answered
// ANSWER: {"says": TEXT} | {"calls": [[NAME, PARAMETERS], …]} | {"heldCall": [[NAME, PARAMETERS], MARK]}
//       | {"held": [ANSWER, ANSWER]} | {"fast": [TOKENS, SECONDS]} | {"status": [CODE, BODY]}
import { createInterface } from "node:readline";
import { Model, calls, fast, held, heldCall, says, status } from "../vscode/driver/model.js";

const holding = [];
const model = new Model();
await model.start();
console.log(model.url);

/** An answer of the model from its JSON; those that wait are noted, for `release`. */
function answer(given) {
  const [[kind, of]] = Object.entries(given);
  switch (kind) {
    case "says":
      return says(of);
    case "calls":
      return calls(...of);
    case "fast":
      return fast(...of);
    case "status":
      return status(...of);
    case "heldCall":
      return noted(heldCall(...of));
    case "held":
      return noted(held(...of.map(answer)));
    default:
      throw new Error(`no answer of a model: ${JSON.stringify(given)}`);
  }
}

function noted(waiting) {
  holding.push(waiting);
  return waiting;
}

async function obey({ script, asked, release, toolResults }) {
  if (script) {
    holding.length = 0;
    return model.script(...script.map(answer));
  }
  if (asked) {
    return model.asked(asked);
  }
  if (release) {
    return holding.shift()?.release();
  }
  return toolResults ? model.toolResults() : model.requests;
}

for await (const line of createInterface({ input: process.stdin })) {
  const result = await obey(JSON.parse(line));
  console.log(JSON.stringify(result ?? true));
}
model.stop();
