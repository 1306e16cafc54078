// VS Code as a server with everything of its own: home, state, settings and extensions.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { run, start, stop } from "./processes.js";
import { until } from "./waiting.js";

/** What keeps a window quiet, so that only what a scenario does happens in it. */
const QUIET = {
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.colorTheme": "Default Dark Modern",
  "editor.minimap.enabled": false,
  "editor.cursorBlinking": "solid",
  "workbench.reduceMotion": "on",
  "git.openRepositoryInParentFolders": "never",
  "npm.autoDetect": "off",
};

export class CodeServer {
  #folder;
  #environment;
  #process;

  /** `singletree` is the binary that a window uses unless its scenario says otherwise. */
  constructor(folder, singletree) {
    this.#folder = folder;
    this.singletree = singletree;
    this.state = join(folder, "state");
    this.log = join(folder, "code-server.log");
    const home = join(folder, "home");
    mkdirSync(home, { recursive: true });
    const PATH = `${process.env.NODE24}/bin:${process.env.PATH}`;
    this.#environment = { PATH, HOME: home, LANG: "C.UTF-8", TERM: "dumb", SINGLETREE_HOME: this.state };
  }

  /** Installs the packaged extension and starts; the probe is found in place. */
  async start(vsix, probe) {
    cpSync(probe, join(this.#folder, "extensions", "tests.probe-0.0.0"), { recursive: true });
    const parameters = ["--user-data-dir", this.#at("data"), "--extensions-dir", this.#at("extensions"), "--config"];
    parameters.push(this.#at("config.yaml"));
    writeFileSync(this.#at("config.yaml"), "");
    this.settings();
    const options = { env: this.#environment, log: this.log };
    await run(process.env.CODE_SERVER, [...parameters, "--install-extension", vsix], options);
    this.url = `http://127.0.0.1:${await freePort()}`;
    parameters.push("--auth", "none", "--bind-addr", new URL(this.url).host, "--disable-telemetry");
    parameters.push("--disable-update-check", "--disable-workspace-trust", "--disable-getting-started-override");
    // A window that a scenario has left is not waited for.
    parameters.push("--reconnection-grace-time", "5");
    this.#process = start(process.env.CODE_SERVER, parameters, options);
    await until("code-server to answer", async () => (await fetch(`${this.url}/healthz`)).ok);
  }

  /**
   * Sets the settings for the windows that open from now on: the quiet ones and these. Where the binary lies is a
   * matter of the machine; VS Code reads that from the server's own settings only.
   */
  settings(more = {}) {
    const all = { ...QUIET, "singletree.path": this.singletree, ...more };
    for (const scope of ["User", "Machine"]) {
      mkdirSync(this.#at(`data/${scope}`), { recursive: true });
      writeFileSync(this.#at(`data/${scope}/settings.json`), JSON.stringify(all, null, 2));
    }
  }

  /** Runs our binary as the user would in a terminal. */
  command(...parameters) {
    return run(this.singletree, parameters, { env: this.#environment, log: this.#at("commands.log") });
  }

  /** The folder with the logs of all windows. */
  get logs() {
    return this.#at("data/logs");
  }

  async stop() {
    await stop(this.#process);
  }

  #at(name) {
    return join(this.#folder, name);
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
