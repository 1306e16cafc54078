// The language client, made and judged. It is most of the bundle, so `host.ts` loads this module when a server is to be
// started and not while VS Code waits for the activation.

import type { LogOutputChannel } from "vscode";
import { CloseAction, ErrorAction, ErrorCodes, LanguageClient, ResponseError } from "vscode-languageclient/node";

import { clientOptions, OurCapabilities, type Hooks } from "./options";

/** The language client's own notices know no remedy; they go to the log. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** A client for the program `file`, not yet started. `closed` is told when its process ends; it never restarts one. */
export function makeClient(file: string, log: LogOutputChannel, hooks: Hooks, closed: () => void): LanguageClient {
  const options = clientOptions(log, hooks, {
    error: () => ({ action: ErrorAction.Continue, handled: true }),
    closed: () => {
      closed();
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  });
  const client = new QuietClient("singletree", "Singletree", { command: file, args: ["lsp"] }, options);
  client.registerFeature(new OurCapabilities());
  return client;
}

/** Whether a start failed because the process ended before it answered; otherwise it said why it will not start. */
export const isGone = (error: unknown): boolean =>
  error instanceof ResponseError &&
  (error.code === ErrorCodes.PendingResponseRejected || error.code === ErrorCodes.ConnectionInactive);
