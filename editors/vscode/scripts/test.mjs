// Unit tests: every `*.test.ts` beside its source, bundled one by one and run by node's own test runner.
//
//   node scripts/test.mjs [PART OF A PATH]

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
process.chdir(root);

async function tests(folder) {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((name) => name.endsWith(".test.ts")).map((name) => path.join(folder, name));
}

const part = process.argv[2] ?? "";
const found = [...(await tests("src")), ...(await tests("webview"))];
const wanted = found.filter((name) => name.includes(part)).sort();
const scripts = (await readdir("scripts")).filter((name) => name.endsWith(".test.mjs") && name.includes(part));
await rm("out", { recursive: true, force: true });
await build({
  entryPoints: wanted,
  outdir: "out",
  outbase: ".",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  outExtension: { ".js": ".cjs" },
  external: ["vscode", "happy-dom", "jsdom", "typescript"],
  mainFields: ["module", "main"],
  loader: { ".svg": "text" },
  sourcemap: "inline",
  logLevel: "warning",
});
const bundled = wanted.map((name) => path.join("out", name.replace(/\.ts$/, ".cjs")));
const files = [...bundled, ...scripts.map((name) => path.join("scripts", name))];
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
process.exit(run.status ?? 1);
