// The server's life: found, checked, started, restarted after a crash, given up after the third. One server serves
// the window, with all its folders. It stores sessions and proposals itself, so a new process offers the same ones.

import { execFile } from "node:child_process";
import { constants, accessSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { promisify } from "node:util";

import { EventEmitter, l10n, window, workspace, type Event, type ExtensionContext, type LogOutputChannel } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import type { ServerState } from "../chat/services";
import { OLDEST_SERVER } from "../protocol";
import { findBinary, isRecent, parseVersion, type Binary } from "./binary";
import { Crashes } from "./crashes";
import { show, type Failure } from "./failures";
import type { Hooks } from "./options";

/** A server that has not answered `initialize` by then is called slow. */
const SLOW_MS = 15_000;
const ANSWER_MS = 10_000;

export class ServerHost {
  private readonly stateChanged = new EventEmitter<ServerState>();
  private readonly restarted = new EventEmitter<LanguageClient>();
  private readonly crashes = new Crashes();
  private running: Promise<LanguageClient> | undefined;
  private current: LanguageClient | undefined;
  private hasRun = false;
  /** Counts starts: a later one makes an earlier one, still under way, of no account. */
  private attempt = 0;
  state: ServerState = "stopped";
  readonly onState: Event<ServerState> = this.stateChanged.event;
  readonly onRestart: Event<LanguageClient> = this.restarted.event;

  constructor(
    private readonly extension: ExtensionContext,
    readonly log: LogOutputChannel,
    private readonly hooks: Hooks,
    /** Puts handlers on a client that was just made. */
    private readonly wire: (client: LanguageClient) => void,
  ) {}

  /** The running client; waits while it starts, rejects where it cannot be started. */
  client(): Promise<LanguageClient> {
    this.running ??= this.start();
    return this.running;
  }

  /** Starts anew, whatever went before. */
  async restart(): Promise<void> {
    this.crashes.forget();
    await this.stop();
    this.running = this.start();
    // What went wrong was shown by `start`.
    await this.running.catch(() => undefined);
  }

  /** What the program prints as JSON for a command of its own; undefined where it cannot. */
  async tell<Answer>(...parameters: string[]): Promise<Answer | undefined> {
    const binary = await this.binary();
    if ("kind" in binary) {
      return undefined;
    }
    try {
      return JSON.parse(await run(binary.file, parameters)) as Answer;
    } catch (error) {
      this.log.warn(String(error));
      return undefined;
    }
  }

  async stop(): Promise<void> {
    const { current } = this;
    this.attempt += 1;
    this.running = undefined;
    this.current = undefined;
    this.is("stopped");
    await current?.dispose().catch((error: unknown) => this.log.warn(String(error)));
  }

  /** A client and a process, always new ones: what is wrong with a start is then told here and nowhere else. */
  private async start(): Promise<LanguageClient> {
    const attempt = (this.attempt += 1);
    const isPassed = () => attempt !== this.attempt;
    this.is("starting");
    const [binary, { isGone, makeClient }] = await Promise.all([this.binary(), import("./client")]);
    if (isPassed()) {
      return this.later();
    }
    if ("kind" in binary) {
      return this.fail(binary);
    }
    const client = makeClient(binary.file, this.log, this.hooks, () => this.closed(client));
    this.wire(client);
    this.current = client;
    const slow = setTimeout(() => void this.offerRestart(), SLOW_MS);
    try {
      await client.start();
    } catch (error) {
      if (isPassed()) {
        return await this.later();
      }
      return await (isGone(error) ? this.replace() : this.fail({ kind: "refused", message: words(error) }));
    } finally {
      clearTimeout(slow);
    }
    if (isPassed()) {
      void client.dispose();
      return this.later();
    }
    this.isRunning(client);
    return client;
  }

  /** The start that took the place of another one; there is none where the window closes. */
  private later(): Promise<LanguageClient> {
    return this.running ?? Promise.reject(notRunning());
  }

  private isRunning(client: LanguageClient): void {
    this.is("running");
    if (this.hasRun) {
      this.restarted.fire(client);
    }
    this.hasRun = true;
  }

  /** The process of a client that ran has ended. One that ended while it started is told by `start`. */
  private closed(client: LanguageClient): void {
    if (client === this.current && this.state === "running") {
      this.is("stopped");
      this.running = this.replace();
      // What went wrong was shown by `start` and `fail`.
      this.running.catch(() => undefined);
    }
  }

  /** Another process for one that crashed, unless that happened too often. */
  private replace(): Promise<LanguageClient> {
    if (this.crashes.note(Date.now())) {
      return this.fail({ kind: "crashed" });
    }
    this.log.warn("The server has gone; it is started again.");
    return this.start();
  }

  private fail(failure: Failure): Promise<never> {
    this.is("failed");
    void show(failure, () => this.restart(), this.log);
    return Promise.reject(notRunning());
  }

  private async offerRestart(): Promise<void> {
    const again = l10n.t("Restart");
    const logs = l10n.t("Show Log");
    const message = l10n.t("The Singletree server has not answered for {0} seconds.", SLOW_MS / 1000);
    const chosen = await window.showWarningMessage(message, l10n.t("Wait"), again, logs);
    if (chosen === again) {
      await this.restart();
    } else if (chosen === logs) {
      this.log.show();
    }
  }

  private async binary(): Promise<Binary | Failure> {
    const found = findBinary({
      setting: workspace.getConfiguration("singletree").get<string>("path", "").trim(),
      extensionFolder: this.extension.extensionPath,
      home: homedir(),
      platform: process.platform,
      searchPath: process.env["PATH"] ?? "",
      isProgram,
    });
    if ("missing" in found) {
      return { kind: "missing", ...found };
    }
    const said = await run(found.file, ["--version"]).catch(String);
    const version = parseVersion(said);
    if (version === undefined) {
      return { kind: "foreign", file: found.file, said: said.trim().slice(0, 200) };
    }
    this.log.info(`${found.file} (${found.origin}), version ${version}`);
    return isRecent(version, OLDEST_SERVER) ? found : { kind: "old", file: found.file, version };
  }

  private is(state: ServerState): void {
    if (this.state !== state) {
      this.state = state;
      this.stateChanged.fire(state);
    }
  }
}

const notRunning = (): Error => new Error(l10n.t("The Singletree server is not running."));

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** What a program prints, run in the first folder as the server is. */
async function run(file: string, parameters: string[]): Promise<string> {
  const cwd = workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
  const { stdout } = await promisify(execFile)(file, parameters, { cwd, timeout: ANSWER_MS });
  return stdout;
}
