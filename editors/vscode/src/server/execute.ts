// `workspace/executeCommand` by our own hand, since the server's commands are not VS Code's (see `options.ts`).

import type { Command } from "vscode";

import type { ServerHost } from "./host";

/** Runs one of the server's commands with its one argument. Rejects with the server's refusal. */
export type Execute = <Answer>(command: string, argument?: object) => Promise<Answer>;

export const executor =
  (host: ServerHost): Execute =>
  async <Answer>(command: string, argument: object = {}) => {
    const client = await host.client();
    return client.sendRequest<Answer>("workspace/executeCommand", { command, arguments: [argument] });
  };

/** A command of the server's in a menu: VS Code hands the object back to us, and nobody else can make one. */
export class Errand {
  constructor(
    readonly command: string,
    readonly argument: object,
  ) {}
}

export const ERRAND = "singletree.errand";

/** The same command in our own dress. */
export function adopt(command: Command): Command {
  const [argument] = (command.arguments ?? []) as unknown[];
  const errand = new Errand(command.command, typeof argument === "object" && argument !== null ? argument : {});
  return { title: command.title, command: ERRAND, arguments: [errand] };
}
