// What every scenario starts from: a fresh workspace, a model that follows a script, and windows on them.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Editor } from "./editor.js";
import { LIMIT } from "./waiting.js";
import { Workspace } from "./workspace.js";

export class Scene {
  #server;
  #browser;
  #screens;
  #contexts = [];

  constructor({ folder, server, browser, model, screens }) {
    this.#server = server;
    this.#browser = browser;
    this.#screens = screens;
    this.model = model;
    this.model.script();
    this.workspace = new Workspace(folder);
    this.configure();
  }

  /** Writes the user's configuration of Singletree: which model answers, and what a scenario adds. */
  configure(selected = "local/scripted", more = "") {
    const file = join(this.#server.state, "config/config.toml");
    mkdirSync(dirname(file), { recursive: true });
    const provider = `[providers.local]\nkind = "openai-chat"\nbase_url = "${this.model.url}"\n`;
    const models = `[models."local/scripted"]\ncontext_window = 131072\nmax_output = 16384\n`;
    writeFileSync(file, `model = "${selected}"\n\n${provider}\n${models}\n${more}`);
  }

  /** The user trusts the workspace. */
  trust() {
    return this.#server.command("trust", this.workspace.path);
  }

  /** Opens a window with settings of the user's beside the quiet ones. */
  async open(settings = {}, viewport = { width: 1280, height: 800 }) {
    this.#server.settings(settings);
    const context = await this.#browser.newContext({ viewport });
    this.#contexts.push(context);
    context.setDefaultTimeout(LIMIT);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const editor = new Editor(await context.newPage(), this.workspace, this.#screens);
    await editor.open(this.#server.url);
    return editor;
  }

  /** Pictures of all windows that are open. */
  async screenshots(name) {
    const pages = this.#contexts.flatMap((context) => context.pages());
    await Promise.all(
      pages.map((page, nth) => page.screenshot({ path: join(this.#screens, `vscode-${name}-${nth + 1}.png`) })),
    );
  }

  /** Closes all windows. */
  async close() {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
  }
}
