// One window of VS Code and what a user does in it. Waiting is part of every gesture.
import { readFileSync, readdirSync } from "node:fs";
import { request } from "node:http";
import { basename, dirname, join } from "node:path";
import { once } from "node:events";
import { until } from "./waiting.js";

export class Editor {
  #probe;
  #screens;

  constructor(page, workspace, screens) {
    this.page = page;
    this.workspace = workspace;
    this.#screens = screens;
  }

  /** Opens the folder and waits until extensions run. */
  open(url) {
    return this.#load(() => this.page.goto(`${url}/?folder=${this.workspace.path}`));
  }

  /** Reloads the window as the browser does. */
  reload() {
    return this.#load(() => this.page.reload());
  }

  /** Waits until a probe answers that was not there before. */
  async #load(navigate) {
    const folder = dirname(this.workspace.path);
    const ours = `${basename(this.workspace.path)}.probe-`;
    const probes = () => readdirSync(folder).filter((name) => name.startsWith(ours));
    const before = new Set(probes());
    await navigate();
    await this.page.locator(".monaco-workbench .statusbar").waitFor();
    const [name] = await until("the extension host", () => {
      const found = probes().filter((probe) => !before.has(probe));
      return found.length > 0 && found;
    });
    this.#probe = join(folder, name);
    await until("the probe to answer", () => this.ask(() => true));
  }

  press(...keys) {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  type(text) {
    return this.page.keyboard.type(text);
  }

  /** Runs a command of the palette by its title, with the keyboard. */
  async command(title) {
    await this.#pick("F1", `>${title}`, title);
  }

  /** Runs a command of ours from the palette, by what package.json calls it there. */
  async run(id) {
    const { category, title } = await this.ask((vscode, command) => {
      const { contributes } = vscode.extensions.getExtension("singletree.singletree").packageJSON;
      return contributes.commands.find((one) => one.command === command);
    }, id);
    await this.command(category ? `${category}: ${title}` : title);
  }

  /** Opens a file of the workspace by its path, and puts the cursor on a 1-based line. */
  async openFile(name, line = 1) {
    await this.#pick("Control+P", name, basename(name));
    await this.page.locator(".tabs-container .tab.active", { hasText: basename(name) }).waitFor();
    await until(`${name} in front`, () => this.activeFile().then((active) => active === this.workspace.at(name)));
    await this.goTo(line);
  }

  /** Puts the keyboard back into the editor in front. */
  focusFile() {
    return this.command("View: Focus Active Editor Group");
  }

  async goTo(line, column = 1) {
    await this.press("Control+G");
    await this.#input().fill(`:${line}:${column}`);
    await this.press("Enter");
    const there = ([atLine, atColumn]) => atLine === line && atColumn === column;
    await until(`the cursor in line ${line}`, async () => there(await this.cursor()));
  }

  /** Opens a quick input, types, and takes the entry whose label begins so; again if something closed it meanwhile. */
  async #pick(key, text, label) {
    const row = this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: label });
    await until(`the entry ${label}`, async () => {
      if (await this.#input().isVisible()) {
        await this.press("Escape");
      }
      await this.press(key);
      await this.#input().fill(text, { timeout: 5_000 });
      await row.waitFor({ timeout: 10_000 });
      return true;
    });
    await this.press("Enter");
  }

  /** The input of the palette, of a quick pick or of an input box. */
  #input() {
    return this.page.locator(".quick-input-widget:visible input").first();
  }

  /** Answers an input box that is open. */
  async answer(text) {
    await this.#input().waitFor();
    await this.#input().fill(text);
    await this.press("Enter");
  }

  /** Takes an entry of a quick pick that is open. */
  async choose(label) {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first();
    await row.waitFor();
    await row.click();
  }

  /** Selects whole lines, 1-based and inclusive. */
  async select(first, last) {
    await this.goTo(first);
    for (let line = first; line < last; line += 1) {
      await this.press("Shift+ArrowDown");
    }
    await this.press("Shift+End");
  }

  /** Takes an entry of the lightbulb's menu at the cursor, once it is offered; again if nothing answered the key. */
  async codeAction(title) {
    const row = this.page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
    await until(`the code action ${title}`, async () => {
      await this.press("Control+.");
      const answer = this.page.locator(".action-widget .monaco-list-row, .monaco-editor-overlaymessage");
      await answer.first().waitFor({ timeout: 5_000 });
      if (await row.isVisible()) {
        return true;
      }
      await this.press("Escape");
      return false;
    });
    await row.click();
  }

  /** Code lenses with exactly this title. */
  lenses(title) {
    return this.page.locator(".monaco-editor .codelens-decoration a:visible", {
      hasText: new RegExp(`^\\s*${title}\\s*$`),
    });
  }

  /** Waits until exactly `count` lenses of that text are shown. */
  waitForLenses(text, count) {
    return until(`${count} lenses ${text}`, async () => (await this.lenses(text).count()) === count);
  }

  /** The 1-based lines at which a file has lenses with exactly this title. */
  lensLines(title, path) {
    return this.ask(
      async (vscode, wanted, file) => {
        const uri = vscode.Uri.file(file);
        const lenses = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri, 100);
        const found = lenses.filter(({ command }) => command?.title === wanted);
        return found.map(({ range }) => range.start.line + 1).sort((left, right) => left - right);
      },
      title,
      path,
    );
  }

  /** Text that decorations draw into the editors, which the page has as generated content only. */
  drawn() {
    return this.#drawnInto("");
  }

  /** As `drawn`, on lines that contain this alone. */
  drawnOn(line) {
    return this.#drawnInto(line);
  }

  #drawnInto(wanted) {
    return this.page.evaluate((part) => {
      const words = (line) => line.textContent.replaceAll("\u00a0", " ");
      const lines = [...document.querySelectorAll(".view-lines .view-line")].filter((line) => words(line).includes(part));
      const spans = lines.flatMap((line) => [...line.querySelectorAll("span")]);
      const contents = spans.flatMap((span) =>
        ["::before", "::after"].map((part) => getComputedStyle(span, part).content),
      );
      return contents
        .filter((content) => content.startsWith('"'))
        .map((content) => JSON.parse(content).replaceAll("\u00a0", " "));
    }, wanted);
  }

  /** Waits until some text is drawn that contains this. */
  waitForDrawn(text) {
    return until(`“${text}” to be drawn`, async () => (await this.drawn()).some((drawn) => drawn.includes(text)));
  }

  notification(text) {
    return this.page.locator(".notification-toast-container .notification-list-item", { hasText: text });
  }

  /** Saves the active file with the keyboard and waits until that is done. */
  async save() {
    await this.press("Control+S");
    await this.saved();
  }

  /** Waits until the active file is saved, by whomever. */
  async saved() {
    const dirty = () => this.ask((vscode) => vscode.window.activeTextEditor?.document.isDirty ?? false);
    await until("the file to be saved", async () => !(await dirty()));
  }

  /** The text of a file's buffer, undefined if it is not open. */
  text(name) {
    return this.ask((vscode, path) => {
      const found = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "file" && uri.fsPath === path);
      return found?.getText();
    }, this.workspace.at(name));
  }

  waitForText(name, condition) {
    return until(`the text of ${name}`, async () => condition((await this.text(name)) ?? ""));
  }

  activeFile() {
    return this.ask((vscode) => vscode.window.activeTextEditor?.document.uri.fsPath);
  }

  /** Line and column of the cursor, 1-based. */
  cursor() {
    return this.ask((vscode) => {
      const position = vscode.window.activeTextEditor?.selection.active;
      return position ? [position.line + 1, position.character + 1] : [];
    });
  }

  /** Calls a function in the extension host with `vscode` and these parameters, and answers what it returns. */
  async ask(look, ...parameters) {
    const asked = request({ socketPath: this.#probe, method: "POST" });
    asked.end(JSON.stringify({ source: String(look), parameters }));
    const [answered] = await once(asked, "response");
    const { result, problem } = JSON.parse((await answered.toArray()).join(""));
    if (problem) {
      throw new Error(`in the extension host: ${problem}`);
    }
    return result;
  }

  /** The process of our server in this window; undefined while there is none. */
  async serverProcess() {
    const host = await this.ask(() => process.pid);
    const children = readFileSync(`/proc/${host}/task/${host}/children`, "utf8").trim().split(" ").filter(Boolean);
    const commandLine = (pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return children.map(Number).find((pid) => commandLine(pid)[1] === "lsp");
  }

  /** Waits until our server answers for a file: its code actions are offered. */
  async waitForServer(name) {
    const offered = async (vscode, path) => {
      const at = new vscode.Range(0, 0, 0, 0);
      const found = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", vscode.Uri.file(path), at);
      return found.some(({ title }) => title.startsWith("Singletree: "));
    };
    await until("the server to answer", () => this.ask(offered, this.workspace.at(name)));
  }

  /** kill -9 for our server; waits until it is gone. */
  async killServer() {
    const server = await until("the server's process", () => this.serverProcess());
    process.kill(server, "SIGKILL");
    await until("the server to be gone", async () => (await this.serverProcess()) !== server);
  }

  /** Opens the side bar with our views. */
  async openSideBar() {
    await this.page.locator(".activitybar [role=tab][aria-label^=Singletree]").click();
  }

  /** Rows of the tree of changes that contain this text. */
  changes(text) {
    return this.page.locator(".pane-body .monaco-list-row", { hasText: text });
  }

  /** Keeps a picture of the window, or of a part of it. */
  screenshot(name, part = this.page) {
    return part.screenshot({ path: join(this.#screens, `vscode-${name}.png`) });
  }
}
