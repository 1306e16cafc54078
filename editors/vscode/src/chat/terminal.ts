// What the last terminal commands printed, for `@terminal`. VS Code hands out output only while a command runs, and
// only where the shell is integrated, so the end of it is kept here, in memory, bounded.

import { window, type Disposable } from "vscode";

import { plain } from "./plain";

const MOST_COMMANDS = 5;
const MOST_OUTPUT = 20_000;

interface Ran {
  command: string;
  output: string;
  exitCode?: number | undefined;
}

export class TerminalLog implements Disposable {
  readonly #ran: Ran[] = [];
  readonly #subscriptions: Disposable[];
  readonly #running = new Map<object, Ran>();

  constructor() {
    this.#subscriptions = [
      window.onDidStartTerminalShellExecution(({ execution }) => {
        const ran: Ran = { command: execution.commandLine.value, output: "" };
        this.#ran.push(ran);
        if (this.#ran.length > MOST_COMMANDS) this.#ran.shift();
        this.#running.set(execution, ran);
        void this.#read(execution.read(), ran);
      }),
      window.onDidEndTerminalShellExecution(({ execution, exitCode }) => {
        const ran = this.#running.get(execution);
        if (ran) ran.exitCode = exitCode;
        this.#running.delete(execution);
      }),
    ];
  }

  text(): string {
    return this.#ran.map(shown).join("\n\n");
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #read(output: AsyncIterable<string>, ran: Ran): Promise<void> {
    for await (const data of output) ran.output = (ran.output + data).slice(-MOST_OUTPUT);
  }
}

function shown({ command, output, exitCode }: Ran): string {
  const status = exitCode === undefined ? "" : `\n[exit ${exitCode}]`;
  return `$ ${command}\n${plain(output).trimEnd()}${status}`;
}
