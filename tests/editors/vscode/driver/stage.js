// One code-server, one Chromium and one model for many scenes.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CodeServer } from "./code_server.js";
import { Model } from "./model.js";
import { Scene } from "./scene.js";

const PROBE = join(import.meta.dirname, "../probe");

/** Nothing that a page asks for leaves this machine. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

export class Stage {
  #folder;
  #screens;
  #browser;
  #model = new Model();

  /** State, logs and workspaces go to `folder`, pictures to `screens`. */
  constructor(folder, screens) {
    this.#folder = folder;
    this.#screens = screens;
    mkdirSync(screens, { recursive: true });
    this.server = new CodeServer(folder, process.env.SINGLETREE);
  }

  async open(vsix) {
    const { chromium } = await import(`${process.env.PLAYWRIGHT}/index.mjs`);
    await this.#model.start();
    await this.server.start(vsix, PROBE);
    this.#browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
  }

  scene(name) {
    return new Scene({
      folder: join(this.#folder, "workspaces", name),
      server: this.server,
      browser: this.#browser,
      model: this.#model,
      screens: this.#screens,
    });
  }

  async close() {
    await this.#browser.close();
    await this.server.stop();
    this.#model.stop();
  }
}
