// Processes that end with everything they started.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { once } from "node:events";

const running = new Set();

/** Starts a program in a process group of its own; what it prints goes to the file `log`. */
export function start(program, parameters, { env, log }) {
  const output = openSync(log, "a");
  const child = spawn(program, parameters, { env, detached: true, stdio: ["ignore", output, output] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Runs a program to its end; a status other than 0 is an error. */
export async function run(program, parameters, options) {
  const child = start(program, parameters, options);
  const [status] = await once(child, "exit");
  if (status !== 0) {
    throw new Error(`${program} ${parameters.join(" ")} ended with status ${status}: see ${options.log}`);
  }
}

/** Ends a process and its children. */
export async function stop(child) {
  if (running.has(child)) {
    const ended = once(child, "exit");
    signal(child);
    await ended;
  }
}

function signal(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

process.once("exit", () => running.forEach(signal));
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(name, () => process.exit(130));
}
