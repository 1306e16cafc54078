// A scenario's folder: a copy of the fixtures under git.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";

const FIXTURES = join(import.meta.dirname, "../../fixtures/workspace");

export class Workspace {
  constructor(path) {
    this.path = path;
    cpSync(FIXTURES, path, { recursive: true });
    execFileSync("git", ["init", "--quiet", path]);
  }

  at(name) {
    return join(this.path, name);
  }

  /** What is on disk, byte for byte; undefined if there is no such file. */
  read(name) {
    return existsSync(this.at(name)) ? readFileSync(this.at(name), "utf8") : undefined;
  }

  write(name, text) {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), text);
  }
}
