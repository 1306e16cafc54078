// Makes `singletree.vsix`, the same bytes from the same sources: vsce packs what `.vscodeignore` lets through, then
// the archive is written anew with its entries sorted and one fixed time.
//
//   node scripts/package.mjs [--target PLATFORM]     (a platform's package holds its binary in bin/)

import { createVSIX } from "@vscode/vsce";
import { execFileSync } from "node:child_process";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { repack } from "./zip.mjs";

const root = path.dirname(import.meta.dirname);
process.chdir(root);
const at = process.argv.indexOf("--target");
const target = at < 0 ? undefined : process.argv[at + 1];
const packagePath = path.join(root, target ? `singletree-${target}.vsix` : "singletree.vsix");

await rm("dist", { recursive: true, force: true });
execFileSync(process.execPath, ["esbuild.mjs"], { stdio: "inherit" });
await copyFile("../../LICENSE", "LICENSE");
await createVSIX({
  cwd: root,
  packagePath,
  dependencies: false,
  allowMissingRepository: true,
  // Pictures are in the package; nothing is loaded from elsewhere.
  rewriteRelativeLinks: false,
  ...(target ? { target } : {}),
});
await writeFile(packagePath, repack(await readFile(packagePath)));
console.log(path.relative(root, packagePath));
