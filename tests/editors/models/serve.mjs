// A model on loopback for editors that have no driver in JavaScript.
//
//   serve.mjs NAME ASKED    answers as models/NAME.mjs says, prints its port, appends each request to ASKED as a line
import { appendFileSync } from "node:fs";
import { Model } from "../vscode/driver/model.js";

const [name, asked] = process.argv.slice(2);
const { default: answers } = await import(`./${name}.mjs`);
const model = new Model((request) => appendFileSync(asked, `${JSON.stringify(request)}\n`));
await model.start();
model.script(...answers);
process.stdout.write(new URL(model.url).port);

// An editor that is killed takes its model along.
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(), 500);
