// Bundles the extension and the chat's page into `dist/`; prints what each weighs.
//
//   node esbuild.mjs [--watch]

import { build, context } from "esbuild";
import { existsSync } from "node:fs";

/** @type {import("esbuild").BuildOptions} */
const shared = { bundle: true, minify: true, legalComments: "none", logLevel: "info", metafile: true };

/** @type {import("esbuild").BuildOptions[]} */
const bundles = [
  {
    ...shared,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    // Some packages' `main` is UMD, whose `require` no bundler sees through.
    mainFields: ["module", "main"],
  },
  {
    ...shared,
    entryPoints: ["webview/main.ts"],
    outfile: "dist/webview.js",
    platform: "browser",
    format: "iife",
    target: "chrome120",
    loader: { ".svg": "text" },
  },
];

const wanted = bundles.filter(({ entryPoints }) => existsSync(String(entryPoints?.[0])));
if (process.argv.includes("--watch")) {
  const contexts = await Promise.all(wanted.map((options) => context(options)));
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  await Promise.all(wanted.map((options) => build(options)));
}
