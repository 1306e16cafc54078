// Plays scenarios, one after the other, against one code-server and one Chromium.
//
//   run.js VSIX FOLDER SCENARIO…    FOLDER gets state, logs and workspaces; `tests/editors/run` calls this
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Stage } from "./driver/stage.js";

const [vsix, folder, ...names] = process.argv.slice(2);
const stage = new Stage(folder, process.env.SINGLETREE_SCREENS);
await stage.open(vsix);
let failed = 0;
for (const name of names) {
  failed += (await play(name)) ? 0 : 1;
}
await stage.close();
process.exit(failed ? 1 : 0);

async function play(name) {
  const started = Date.now();
  const { default: scenario } = await import(`./scenarios/${name}.js`);
  const scene = stage.scene(name);
  try {
    await scenario(scene);
    console.log(`ok      vscode ${name} (${seconds(started)} s)`);
    return true;
  } catch (problem) {
    console.log(`FAILED  vscode ${name} (${seconds(started)} s)`);
    await explain(name, scene, problem);
    return false;
  } finally {
    await scene.close();
  }
}

/** What a reader of the log needs to find the cause: the error, the window, and what server and extension said. */
async function explain(name, scene, problem) {
  show(String(problem?.stack ?? problem));
  for (let { cause } = problem ?? {}; cause; { cause } = cause) {
    show(`because: ${cause.message ?? cause}`);
  }
  await scene.screenshots(`${name}-failed`).catch((other) => show(`no picture: ${other.message}`));
  const logs = readdirSync(stage.server.logs, { recursive: true, withFileTypes: true });
  const ours = logs.filter((entry) => entry.isFile() && /singletree/i.test(join(entry.parentPath, entry.name)));
  const paths = ours.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const path of paths.slice(-3)) {
    show(`-- ${basename(path)}`);
    show(lastLines(readFileSync(path, "utf8"), 40));
  }
  show("-- code-server");
  show(lastLines(readFileSync(stage.server.log, "utf8"), 15));
}

function lastLines(text, count) {
  return text.split("\n").slice(-count).join("\n");
}

function show(text) {
  console.log(text.replace(/^/gm, "        ").slice(0, 8000));
}

function seconds(started) {
  return Math.round((Date.now() - started) / 1000);
}
