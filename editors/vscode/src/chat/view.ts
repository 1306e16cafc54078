// The chat view in the sidebar: shows the page, carries messages between it and the sessions, and offers the commands.

import * as os from "node:os";
import * as path from "node:path";
import {
  commands,
  env,
  l10n,
  window,
  workspace,
  Uri,
  type ExtensionContext,
  type WebviewView,
  type WebviewViewProvider,
} from "vscode";

import { Actions } from "./actions";
import { sentence } from "./connection";
import { selection } from "./editor";
import { linkTo } from "./mentions";
import { pageHtml } from "./page";
import type { FromWebview, Remedy, ToWebview } from "./protocol";
import type { ChatServices, ChatView, Mention, ServerState } from "./services";
import { Sessions } from "./sessions";
import { chatStrings, fill } from "./strings";
import { TerminalLog } from "./terminal";
import type { Change } from "./transcript";

const VIEW = "singletree.chat";
const REMEMBERED = "singletree.chat.session";
/** Changes are handed over in bundles, about one a frame. */
const BUNDLE = 16;

export function registerChat(context: ExtensionContext, services: ChatServices): ChatView {
  const chat = new Chat(context, services);
  context.subscriptions.push(
    chat,
    window.registerWebviewViewProvider(VIEW, chat),
    commands.registerCommand("singletree.chat.open", () => chat.open()),
    commands.registerCommand("singletree.chat.new", () => chat.startNew()),
    commands.registerCommand("singletree.chat.sessions", () => chat.showSessions()),
    commands.registerCommand("singletree.chat.stop", () => chat.actions.act({ type: "stop" })),
    commands.registerCommand("singletree.chat.addSelection", () => chat.addSelection()),
    commands.registerCommand("singletree.chat.export", () => chat.actions.act({ type: "export" })),
  );
  return chat;
}

class Chat implements ChatView, WebviewViewProvider {
  readonly words = chatStrings(l10n);
  readonly sessions: Sessions;
  readonly terminal = new TerminalLog();
  readonly actions: Actions;
  #view: WebviewView | undefined;
  #ready = false;
  /** Meant for the page, and it is not there yet. */
  #waiting: ToWebview[] = [];
  #server: ServerState = "starting";
  #restoring: Promise<void> | undefined;
  #bundle: Change[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly context: ExtensionContext,
    readonly services: ChatServices,
  ) {
    this.sessions = new Sessions(
      services,
      {
        changed: (_session, change) => this.#changed(change),
        shown: (transcript) => {
          this.#bundle = [];
          if (transcript) void context.workspaceState.update(REMEMBERED, transcript.id);
          this.#post({ type: "session", transcript });
        },
        loading: () => this.#post({ type: "loading" }),
        asked: (count) => this.#badge(count),
      },
      workingFolder,
    );
    this.actions = new Actions(services, this.sessions, this.terminal, this.words, (message) => this.#post(message));
    context.subscriptions.push(
      services.onState((state) => this.#serverIs(state)),
      services.onRestart((client) => {
        this.sessions.connection.attach(client);
        this.sessions.forget();
        if (this.#ready) void this.#restore();
      }),
      workspace.onDidGrantWorkspaceTrust(() => this.#post({ type: "trusted" })),
    );
  }

  resolveWebviewView(view: WebviewView): void {
    this.#view = view;
    this.#ready = false;
    const { webview } = view;
    webview.options = {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: [Uri.joinPath(this.context.extensionUri, "dist")],
    };
    webview.onDidReceiveMessage((message: FromWebview) => this.#receive(message));
    view.onDidDispose(() => {
      this.#view = undefined;
      this.#ready = false;
    });
    webview.html = pageHtml(webview, this.context.extensionUri, env.language);
    this.#badge(this.sessions.asks.count);
  }

  async open(sessionId?: string): Promise<void> {
    this.#postWhenReady({ type: "show", panel: "chat" });
    await commands.executeCommand(`${VIEW}.focus`);
    if (sessionId !== undefined) await this.#guard(() => this.sessions.load(sessionId));
  }

  async compose(text: string, mentions: Mention[] = []): Promise<void> {
    const attachments = mentions.map((mention) => linkTo(mention, nameOf(mention)));
    this.#postWhenReady({ type: "compose", text, attachments, replace: false });
    await commands.executeCommand(`${VIEW}.focus`);
  }

  async startNew(): Promise<void> {
    await this.open();
    await this.#guard(() => this.sessions.create());
  }

  async showSessions(): Promise<void> {
    this.#postWhenReady({ type: "show", panel: "sessions" });
    await commands.executeCommand(`${VIEW}.focus`);
  }

  async addSelection(): Promise<void> {
    const found = selection(this.words);
    if (typeof found === "string") {
      void window.showInformationMessage(found);
      return;
    }
    this.#postWhenReady({ type: "compose", text: "", attachments: [found], replace: false });
    await commands.executeCommand(`${VIEW}.focus`);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.sessions.dispose();
    this.terminal.dispose();
  }

  #receive(message: FromWebview): void {
    if (message.type === "ready") this.#start();
    else void this.actions.act(message);
  }

  /** The page is there, for the first time or again after it was hidden. */
  #start(): void {
    this.#ready = true;
    this.#post({
      type: "boot",
      server: this.#server,
      environment: {
        strings: this.words,
        language: env.language,
        trusted: workspace.isTrusted,
        folder: workspace.workspaceFolders !== undefined,
      },
    });
    if (this.sessions.current && !this.sessions.isLoading) {
      this.#post({ type: "session", transcript: this.sessions.current });
    } else {
      this.#post({ type: "loading" });
      void this.#restore();
    }
    for (const message of this.#waiting.splice(0)) this.#post(message);
  }

  /** The session that this window showed last, or a new one. */
  #restore(): Promise<void> {
    this.#restoring ??= this.#restoreOnce().finally(() => {
      this.#restoring = undefined;
    });
    return this.#restoring;
  }

  async #restoreOnce(): Promise<void> {
    try {
      this.sessions.connection.attach(await this.services.client());
      this.#serverIs("running");
    } catch (error) {
      this.services.log.error(`chat: ${sentence(error)}`);
      this.#serverIs("failed");
      return;
    }
    const remembered = this.context.workspaceState.get<string>(REMEMBERED);
    if (remembered !== undefined) {
      try {
        await this.sessions.load(remembered);
        return;
      } catch (error) {
        this.services.log.info(`chat: session ${remembered} could not be loaded: ${sentence(error)}`);
      }
    }
    await this.#guard(() => this.sessions.create());
  }

  #serverIs(state: ServerState): void {
    if (state === this.#server) return;
    this.#server = state;
    this.#post({ type: "server", state });
    if (state === "running" && this.#ready && !this.sessions.current) void this.#restore();
  }

  async #guard(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.services.log.error(`chat: ${sentence(error)}`);
      const remedy: Remedy = "log";
      this.#post({ type: "problem", message: fill(this.words.notHere, sentence(error)), remedy });
    }
  }

  #changed(change: Change): void {
    this.#bundle.push(change);
    this.#timer ??= setTimeout(() => this.#flush(), BUNDLE);
  }

  #flush(): void {
    this.#timer = undefined;
    const session = this.sessions.current?.id;
    const changes = this.#bundle.splice(0);
    if (session !== undefined && changes.length > 0) this.#post({ type: "changes", session, changes });
  }

  #post(message: ToWebview): void {
    if (this.#ready) void this.#view?.webview.postMessage(message);
  }

  #postWhenReady(message: ToWebview): void {
    if (this.#ready && this.#view) this.#post(message);
    else this.#waiting.push(message);
  }

  /** Open questions are seen on the view's icon even while it is hidden. */
  #badge(count: number): void {
    if (!this.#view) return;
    this.#view.badge = count === 0 ? undefined : { value: count, tooltip: this.words.permissionTitle };
  }
}

function nameOf(mention: Mention): string {
  const name = workspace.asRelativePath(Uri.parse(mention.uri));
  return mention.range ? `${name}:${mention.range.first}-${mention.range.last}` : name;
}

/** Where new sessions belong: the active file's folder of the workspace, else the first one. */
function workingFolder(): string {
  const active = window.activeTextEditor?.document.uri;
  const folder = (active && workspace.getWorkspaceFolder(active)) ?? workspace.workspaceFolders?.[0];
  if (folder) return folder.uri.fsPath;
  return active?.scheme === "file" ? path.dirname(active.fsPath) : os.homedir();
}
