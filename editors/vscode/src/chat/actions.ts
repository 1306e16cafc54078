// What the page may ask for, one by one. Each message is a user's act; what fails is told in the page.

import { commands, env, window, workspace, Position, Range, Uri } from "vscode";

import type { ContentBlock, SessionInfo } from "./acp";
import { cause, sentence } from "./connection";
import { insertAtCursor, resolve } from "./editor";
import { targetOf } from "./links";
import { completions } from "./mentions";
import type { Attachment, Draft, FromWebview, Remedy, ToWebview } from "./protocol";
import type { ChatServices } from "./services";
import type { Sessions } from "./sessions";
import { fill, type StringTable } from "./strings";
import type { TerminalLog } from "./terminal";

type Act<Type extends FromWebview["type"]> = Extract<FromWebview, { type: Type }>;

export class Actions {
  /** Where the list of sessions goes on. */
  #cursor: string | undefined;
  #listed: SessionInfo[] = [];

  constructor(
    readonly services: ChatServices,
    readonly sessions: Sessions,
    readonly terminal: TerminalLog,
    readonly words: StringTable,
    readonly post: (message: ToWebview) => void,
  ) {}

  async act(message: FromWebview): Promise<void> {
    try {
      await this.#act(message);
    } catch (error) {
      this.services.log.error(`chat: ${message.type}: ${sentence(error)}`);
      this.post({ type: "problem", message: fill(this.words.failed, sentence(error)), remedy: remedyFor(error) });
    }
  }

  async #act(message: FromWebview): Promise<void> {
    const { sessions } = this;
    switch (message.type) {
      case "ready":
        return;
      case "send":
        return sessions.prompt(blocksOf(message.draft), message.draft.pinned, message.draft.dropped);
      case "stop":
        return sessions.stop();
      case "rewind":
        return this.#rewind(message.message);
      case "new":
        await sessions.create();
        return;
      case "open":
        return sessions.load(message.session);
      case "list":
        return this.#list(message);
      case "fork":
        return sessions.fork(message.session);
      case "rename":
        await sessions.rename(message.session, message.title);
        return this.#listAgain();
      case "delete":
        await sessions.delete(message.session);
        return this.#listAgain();
      case "export":
        return this.#export();
      case "complete":
        return this.#complete(message);
      case "resolve":
        return this.#resolve(message);
      case "preview":
        return this.#preview(message);
      case "mode":
        return sessions.setMode(message.mode);
      case "option":
        return sessions.setOption(message.id, message.value);
      case "permit":
        sessions.asks.permit(message.key, message.option, message.reason);
        return;
      case "answer":
        sessions.asks.answer(
          message.key,
          message.action === "accept" ? { action: "accept", content: message.content } : { action: "decline" },
        );
        return;
      case "link":
        return this.#link(message.href);
      case "review":
        this.services.openReview(message.path === undefined ? undefined : Uri.file(message.path).toString());
        return;
      case "location":
        return this.#location(message);
      case "copy":
        await env.clipboard.writeText(message.text);
        return;
      case "insert":
        return this.#insert(message.text);
      case "remedy":
        return this.#remedy(message.remedy);
    }
  }

  async #rewind(message: number): Promise<void> {
    const { text, blocks } = await this.sessions.rewind(message);
    const attachments = blocks.flatMap((block): Attachment[] =>
      block.type === "text" ? [] : [{ label: labelOf(block, this.words), block }],
    );
    this.post({ type: "compose", text, attachments, replace: true });
  }

  async #list({ query, more }: Act<"list">): Promise<void> {
    const { sessions, nextCursor } = await this.sessions.list(query, more ? this.#cursor : undefined);
    this.#cursor = nextCursor ?? undefined;
    this.#listed = more ? [...this.#listed, ...sessions] : sessions;
    this.post({ type: "sessions", query, sessions: this.#listed, more: this.#cursor !== undefined });
  }

  async #listAgain(): Promise<void> {
    await this.#list({ type: "list", query: "", more: false });
  }

  async #export(): Promise<void> {
    const content = await this.sessions.export();
    if (content === undefined) return;
    await window.showTextDocument(await workspace.openTextDocument({ language: "markdown", content }));
  }

  async #complete({ request, query }: Act<"complete">): Promise<void> {
    const items = await completions(this.sessions.connection, query, this.words);
    this.post({ type: "completions", request, items });
  }

  async #resolve({ what }: Act<"resolve">): Promise<void> {
    const found = await resolve(what, this.terminal, this.words);
    if (typeof found === "string") this.post({ type: "problem", message: found, remedy: "none" });
    else this.post({ type: "attached", attachment: found });
  }

  /** A preview that fails shows no bill: it must not disturb who is writing. */
  async #preview({ request, draft }: Act<"preview">): Promise<void> {
    try {
      const bill = await this.sessions.preview(blocksOf(draft), draft.pinned, draft.dropped);
      this.post({ type: "bill", request, bill });
    } catch (error) {
      this.services.log.debug(`chat: preview: ${sentence(error)}`);
      this.post({ type: "bill", request, bill: null });
    }
  }

  async #link(href: string): Promise<void> {
    const folders = (workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
    const target = targetOf(href, folders);
    if (target.kind === "web") return this.#ask(target.address);
    if (target.kind === "file") return this.#show(target.path, target.line);
    throw new Error(fill(this.words.linkRefused, href.slice(0, 200)));
  }

  async #ask(address: string): Promise<void> {
    const { open, copyAddress } = this.words;
    const detail = address.length > 1_000 ? `${address.slice(0, 1_000)}…` : address;
    const choice = await window.showInformationMessage(this.words.openLink, { modal: true, detail }, open, copyAddress);
    if (choice === open) await env.openExternal(Uri.parse(address, true));
    else if (choice === copyAddress) await env.clipboard.writeText(address);
  }

  async #location({ path, line }: Act<"location">): Promise<void> {
    // A path on another machine would be connected to only for being looked at.
    if (/^[\\/]{2}/.test(path)) throw new Error(fill(this.words.linkRefused, path));
    const folders = workspace.workspaceFolders ?? [];
    const absolute = /^([\\/]|[a-z]:[\\/])/i.test(path);
    const first = folders[0];
    await this.#show(absolute || !first ? path : Uri.joinPath(first.uri, path).fsPath, line);
  }

  async #show(path: string, line?: number): Promise<void> {
    const uri = Uri.file(path);
    try {
      await workspace.fs.stat(uri);
    } catch {
      throw new Error(fill(this.words.fileMissing, workspace.asRelativePath(uri)));
    }
    const at = line === undefined ? undefined : new Position(Math.max(0, line - 1), 0);
    await window.showTextDocument(uri, at ? { selection: new Range(at, at) } : {});
  }

  async #insert(text: string): Promise<void> {
    const problem = await insertAtCursor(text, this.words);
    if (problem !== undefined) this.post({ type: "problem", message: problem, remedy: "none" });
  }

  async #remedy(remedy: Remedy): Promise<void> {
    switch (remedy) {
      case "restart":
        await commands.executeCommand("singletree.restartServer");
        return;
      case "trust":
        await commands.executeCommand("workbench.trust.manage");
        return;
      case "log":
        this.services.log.show(true);
        return;
      case "models":
        await commands.executeCommand("singletree.pickModel");
        return;
      case "retry":
        return this.sessions.retry();
      case "none":
        return;
    }
  }
}

function blocksOf(draft: Draft): ContentBlock[] {
  const text: ContentBlock[] = draft.text === "" ? [] : [{ type: "text", text: draft.text }];
  return [...text, ...draft.attachments.map((attachment) => attachment.block)];
}

function labelOf(block: Attachment["block"], words: StringTable): string {
  if (block.type === "resource_link") return block.name;
  if (block.type === "image") return words.attachedImage;
  return block.resource.uri.replace(/^singletree:/, "@").replace(/^.*\//, "");
}

function remedyFor(error: unknown): Remedy {
  return cause(error) === "no-model" ? "models" : "none";
}
