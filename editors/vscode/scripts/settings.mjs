// Settings of the server that can be set in VS Code too, written into package.json with the words and limits of the
// server's own schema.
//
//   node scripts/settings.mjs      asks `singletree config schema` ($SINGLETREE, else the PATH)

import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { generate } from "./generate.mjs";

const root = path.dirname(import.meta.dirname);
const read = async (name) => JSON.parse(await readFile(path.join(root, name), "utf8"));
const write = (name, value) => writeFile(path.join(root, name), `${JSON.stringify(value, null, 2)}\n`);

const program = process.env.SINGLETREE ?? "singletree";
const schema = JSON.parse(execFileSync(program, ["config", "schema"], { encoding: "utf8" }));
const { manifest, words } = generate(schema, await read("package.json"), await read("package.nls.json"));
await write("package.json", manifest);
await write("package.nls.json", words);
