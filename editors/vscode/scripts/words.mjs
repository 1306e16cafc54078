// The words that the extension shows, collected from the sources.
//
//   node scripts/words.mjs      prints those that a translation in l10n/ lacks, or has in vain

import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const root = path.dirname(import.meta.dirname);
export const LANGUAGES = ["de", "fr"];
export const read = (name) => JSON.parse(readFileSync(path.join(root, name), "utf8"));

/** Every message that is given to `l10n.t` as a literal. Another one could not be translated. */
export function messages() {
  const files = readdirSync(path.join(root, "src"), { recursive: true });
  const found = new Set();
  for (const name of files.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))) {
    const file = path.join(root, "src", name);
    const visit = (node) => {
      if (ts.isCallExpression(node) && /\bl10n\.t$/.test(node.expression.getText())) {
        const [message] = node.arguments;
        if (!message || !ts.isStringLiteralLike(message)) {
          throw new Error(`${name}: l10n.t of something that is no literal: ${node.getText()}`);
        }
        found.add(message.text);
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true));
  }
  return [...found].sort();
}

/** `{0}` and the like, commands and code, which a translation keeps as they are. */
export const fixed = (text) => (text.match(/\{\d+\}|\(command:[^)]+\)|`[^`]+`|\$\([^)]+\)/g) ?? []).sort();

if (process.argv[1] === import.meta.filename) {
  for (const language of LANGUAGES) {
    const translated = read(`l10n/bundle.l10n.${language}.json`);
    const wanted = messages();
    const missing = wanted.filter((message) => !(message in translated));
    const idle = Object.keys(translated).filter((message) => !wanted.includes(message));
    console.log(JSON.stringify({ language, missing, idle }, null, 2));
  }
}
