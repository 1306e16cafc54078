// Where the server's binary is, and whether it is one that this extension can talk to. Pure: the file system and the
// environment are handed in.

import path from "node:path";

export type Origin = "setting" | "bundled" | "path";

export interface Binary {
  readonly file: string;
  readonly origin: Origin;
}

/** Why there is none: what the setting names is no program, or nothing was found anywhere. */
export type NoBinary = { readonly missing: "setting"; readonly file: string } | { readonly missing: "anywhere" };

export interface Surroundings {
  /** The setting `singletree.path`; empty if unset. */
  readonly setting: string;
  readonly extensionFolder: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The variable PATH. */
  readonly searchPath: string;
  readonly isProgram: (file: string) => boolean;
}

/** The setting's, else the one that came with the extension, else the first on the PATH. */
export function findBinary(around: Surroundings): Binary | NoBinary {
  const { setting, platform, isProgram } = around;
  const paths = platform === "win32" ? path.win32 : path.posix;
  const name = platform === "win32" ? "singletree.exe" : "singletree";
  if (setting !== "") {
    const file = setting.startsWith("~/") ? paths.join(around.home, setting.slice(2)) : setting;
    return isProgram(file) ? { file, origin: "setting" } : { missing: "setting", file };
  }
  const bundled = paths.join(around.extensionFolder, "bin", name);
  if (isProgram(bundled)) {
    return { file: bundled, origin: "bundled" };
  }
  const folders = around.searchPath.split(platform === "win32" ? ";" : ":").filter((folder) => folder !== "");
  const onPath = folders.map((folder) => paths.join(folder, name)).find(isProgram);
  return onPath === undefined ? { missing: "anywhere" } : { file: onPath, origin: "path" };
}

/** The version in what `singletree --version` prints; undefined if that is some other program. */
export function parseVersion(printed: string): string | undefined {
  return /^singletree (\d+\.\d+\.\d+)/.exec(printed)?.[1];
}

/** Whether `version` is `oldest` or newer. */
export function isRecent(version: string, oldest: string): boolean {
  const numbers = (text: string) => text.split(".").map(Number);
  const [left, right] = [numbers(version), numbers(oldest)];
  const at = left.findIndex((number, index) => number !== right[index]);
  return at < 0 || (left[at] ?? 0) > (right[at] ?? 0);
}
