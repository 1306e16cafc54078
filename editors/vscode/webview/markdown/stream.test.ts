import assert from "node:assert/strict";
import test from "node:test";

import { JSDOM } from "jsdom";

// The page's globals must stand before the modules are loaded that use them.
const { window } = new JSDOM("<!doctype html><body></body>");
Object.assign(globalThis, {
  window,
  document: window.document,
  acquireVsCodeApi: () => ({ postMessage: () => undefined, getState: () => undefined, setState: () => undefined }),
});

const SAMPLE = `# Title

Some **bold** words
over two lines.

- one
- two
  - nested

\`\`\`rust
fn main() {

    let x = 1;
}
\`\`\`

| a | b |
|---|--:|
| 1 | 2 |

> quoted

The [end](https://example.org).
`;

async function load() {
  const { MarkdownStream } = await import("./stream");
  const host = window.document.createElement("div");
  return { host, stream: new MarkdownStream(host) };
}

/** The text and the tags, without what only groups them. */
function shape(host: HTMLElement): string {
  return host.innerHTML.replace(/<!--.*?-->/g, "").replace(/<\/?div[^>]*>/g, "").replace(/\n+/g, "\n").trim();
}

async function whole(text: string): Promise<string> {
  const { host, stream } = await load();
  stream.update(text, true);
  return shape(host);
}

test("text that arrives in any pieces ends as it would have been shown at once", async () => {
  const expected = await whole(SAMPLE);
  for (const size of [1, 3, 7, 40]) {
    const { host, stream } = await load();
    for (let end = size; end < SAMPLE.length; end += size) stream.update(SAMPLE.slice(0, end), false);
    stream.update(SAMPLE, true);
    assert.equal(shape(host), expected, `in pieces of ${size}`);
  }
});

test("blocks that are complete are never rendered again", async () => {
  const { host, stream } = await load();
  stream.update("# Title\n\nfirst\n\nsec", false);
  const title = host.querySelector("h1");
  assert.ok(title);
  stream.update("# Title\n\nfirst\n\nsecond paragraph", true);
  assert.equal(host.querySelector("h1"), title);
});

test("a fence that is still open grows in place", async () => {
  const { host, stream } = await load();
  stream.update("before\n\n```js\nlet a", false);
  const code = host.querySelector("code");
  assert.equal(code?.textContent, "let a");
  stream.update("before\n\n```js\nlet a = 1;\nlet b", false);
  while (stream.isBehind) await new Promise((resolve) => setTimeout(resolve));
  assert.equal(code.textContent, "let a = 1;\nlet b");
  assert.equal(host.querySelector("code"), code);
});

test("a block longer than the bound is cut, and nothing of it is lost", async () => {
  const code = Array.from({ length: 3_000 }, (_, line) => `line ${line} of the code`).join("\n");
  const { host, stream } = await load();
  stream.update(`\`\`\`txt\n${code}\n\`\`\`\n\nafter`, true);
  const shown = [...host.querySelectorAll("code")].map((one) => one.textContent).join("");
  assert.equal(shown.trimEnd(), code);
  assert.ok(host.querySelectorAll("code").length > 1);
  assert.equal(host.querySelector("p")?.textContent, "after");
  assert.doesNotMatch(shown, /```/);
});

test("another text in the same place starts anew", async () => {
  const { host, stream } = await load();
  stream.update("the first text", true);
  stream.update("another", true);
  assert.equal(host.textContent.trim(), "another");
});
