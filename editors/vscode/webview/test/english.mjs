// The words of the chat as they stand in the source, for pages without an editor.

import { build } from "esbuild";
import path from "node:path";

export async function english() {
  const { outputFiles } = await build({
    entryPoints: [path.resolve(import.meta.dirname, "../../src/chat/strings.ts")],
    bundle: true,
    write: false,
    format: "esm",
  });
  const source = outputFiles[0].text;
  const { chatStrings } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  return chatStrings({ t: (message) => message });
}
