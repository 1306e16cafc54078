// What only a real page can show: hostile content in Chromium, the keyboard, the reader's place, the forms.
//
//   node webview/test/page.mjs

import assert from "node:assert/strict";

import { everything } from "./conversation.mjs";
import { english } from "./english.mjs";
import { boot, launch, serve, session } from "./harness.mjs";

const server = await serve();
const browser = await launch();
const words = await english();

async function open(entries = [], more = {}) {
  const page = await browser.newPage({ viewport: { width: 400, height: 700 } });
  page.setDefaultTimeout(8000);
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(server.url);
  const host = (message) => page.evaluate((value) => window.host(value), message);
  await host(boot(words));
  await host(session(entries, more));
  await page.locator(".input").waitFor();
  const sent = (type) => page.evaluate((wanted) => window.sent.filter((one) => one.type === wanted), type);
  const settled = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await settled();
  return { page, host, sent, settled, errors };
}

const chunk = (text) => ({ type: "changes", session: "s1", changes: [{ type: "update", update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text } } }] });

const scenarios = {
  async "hostile content loads nothing and runs nothing"() {
    const bad = `${server.url}bad`;
    const hostile = [
      `<script>window.ran = 1; fetch("${bad}")</script>`, `<img src="${bad}" onerror="window.ran=1">`, `![x](${bad})`,
      `<svg onload="window.ran=1"><image href="${bad}"/></svg>`, `<iframe src="${bad}" srcdoc="<script>parent.ran=1</script>"></iframe>`,
      `<p style="background:url(${bad})">x</p>`, `<style>@import "${bad}"</style>`, `<link rel=stylesheet href="${bad}">`,
      `[a](javascript:window.ran=1) [b](command:quit) [c](data:text/html,<script>parent.ran=1</script>)`,
      `<a href="javascript:window.ran=1">d</a>`, `[e]: javascript:window.ran=1\n\n[e]`, `<javascript:window.ran=1>`,
      "```html\n<img src=x onerror=window.ran=1>\n```", `| <img src=${bad}> |\n|--|\n| <script>window.ran=1</script> |`,
      `<video autoplay src="${bad}"></video><object data="${bad}"></object><form action="${bad}"><button>x</button></form>`,
    ].join("\n\n");
    const { page, host, sent, settled } = await open([
      { kind: "user", text: hostile, echo: false, blocks: [{ type: "image", mimeType: "image/svg+xml", data: "PHN2Zy8+" }] },
      { kind: "agent", text: hostile, done: true },
      { kind: "tool", call: { toolCallId: "t", title: hostile, kind: "execute", status: "completed", content: [{ type: "content", content: { type: "text", text: hostile } }] } },
      { kind: "notice", text: hostile },
    ]);
    await host(chunk(hostile));
    await settled();
    await page.locator('[data-kind="tool"] .fold-line').click();
    for (const link of await page.locator("[data-href]").all()) await link.click();
    for (const text of ["a", "b", "c", "d", "e"]) for (const link of await page.getByText(text, { exact: true }).all()) await link.click();
    await settled();
    assert.equal(await page.evaluate(() => window.ran), undefined);
    assert.deepEqual(server.asked.filter((path) => !["/", "/app.js", "/app.css", "/favicon.ico"].includes(path)), []);
    assert.equal(page.url(), server.url);
    for (const { href } of await sent("link")) assert.match(href, /^https?:/);
    assert.equal(await page.locator(".content :is(script, img, svg image, iframe, object, video, form, style, link)").count(), 0);
  },

  async "Enter sends, Shift+Enter starts a line, Escape stops"() {
    const { page, host, sent } = await open();
    const input = page.locator(".input");
    await input.focus();
    await page.keyboard.type("one");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("two");
    await page.keyboard.press("Enter");
    assert.equal((await sent("send"))[0].draft.text, "one\ntwo");
    assert.equal(await input.inputValue(), "");
    await host({ type: "changes", session: "s1", changes: [{ type: "started" }] });
    await page.getByRole("button", { name: "Stop" }).waitFor();
    await input.press("Escape");
    assert.equal((await sent("stop")).length, 1);
  },

  async "a command is completed from what the server offers"() {
    const { page } = await open();
    const input = page.locator(".input");
    await input.focus();
    await page.keyboard.type("/co");
    await page.getByRole("option", { name: "/compact" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    assert.equal(await input.inputValue(), "/cost ");
  },

  async "a mention becomes a chip and goes along"() {
    const { page, host, sent } = await open();
    await page.locator(".input").focus();
    await page.keyboard.type("see @di");
    await page.waitForFunction(() => window.sent.some((one) => one.type === "complete"));
    const [{ request, query }] = (await sent("complete")).slice(-1);
    assert.equal(query, "@di");
    await host({ type: "completions", request, items: [{ label: "@diff", detail: "", icon: "diff", insert: "@diff", resolve: "diff" }] });
    await page.getByRole("option", { name: "@diff" }).waitFor();
    await page.keyboard.press("Enter");
    assert.deepEqual(await sent("resolve"), [{ type: "resolve", what: "diff" }]);
    await host({ type: "attached", attachment: { label: "@diff", block: { type: "resource", resource: { uri: "singletree:diff", text: "+a" } } } });
    await page.locator(".box .chip").waitFor();
    await page.locator(".input").press("Enter");
    const [{ draft }] = await sent("send");
    assert.equal(draft.text, "see @diff ");
    assert.equal(draft.attachments[0].block.resource.text, "+a");
  },

  async "streaming moves neither the focus nor a reader who went up"() {
    const { page, host, settled } = await open([{ kind: "agent", text: "paragraph\n\n".repeat(200), done: true }], { running: true });
    const scroller = page.locator(".scroller");
    await scroller.hover();
    await page.mouse.wheel(0, -600);
    await page.getByRole("button", { name: "Go to the newest message" }).waitFor();
    await page.getByRole("button", { name: "Stop" }).focus();
    const top = await scroller.evaluate((element) => element.scrollTop);
    for (let index = 0; index < 30; index++) {
      await host(chunk(`more ${index}\n\n`));
      await settled();
    }
    assert.equal(await scroller.evaluate((element) => element.scrollTop), top);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Stop");
    await page.getByRole("button", { name: "Go to the newest message" }).click();
    await settled();
    assert.ok((await scroller.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)) < 2);
  },

  async "a permission is answered by keyboard: reject first, always in a second step, reject with a reason"() {
    const { page, sent } = await open(everything);
    const prompt = page.getByRole("group", { name: "Permission needed" });
    const names = await prompt.getByRole("button").allTextContents();
    assert.equal(names[0].trim(), "Reject");
    await prompt.getByRole("button", { name: "Always allow…" }).focus();
    await page.keyboard.press("Enter");
    assert.deepEqual(await sent("permit"), []);
    assert.deepEqual(await prompt.locator("code").allTextContents(), ["cargo add *", "cargo build *"]);
    await prompt.getByRole("button", { name: "Back" }).click();
    await prompt.getByRole("button", { name: "Reject with a reason…" }).click();
    await prompt.getByRole("textbox").fill("not now");
    await prompt.getByRole("textbox").press("Enter");
    assert.deepEqual(await sent("permit"), [{ type: "permit", key: "p1", option: "r", reason: "not now" }]);
  },

  async "a form is checked, then answered"() {
    const { page, sent } = await open(everything);
    const form = page.getByRole("group", { name: "A question for you" });
    await form.getByRole("button", { name: "Send answer" }).click();
    await form.getByRole("alert").filter({ hasText: "New name" }).waitFor();
    await form.getByRole("textbox", { name: "New name" }).fill("fields");
    await form.getByRole("combobox").selectOption("vector");
    await form.getByRole("textbox", { name: "New name" }).press("Enter");
    await page.waitForFunction(() => window.sent.some((one) => one.type === "answer"));
    assert.deepEqual((await sent("answer"))[0].content, { name: "fields", which: "vector", count: 3, really: true });
  },

  async "images come by paste, within bounds, with a reason when they do not"() {
    const { page, sent } = await open();
    await page.evaluate(() => {
      const paste = (name, type, size) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(size)], name, { type }));
        document.querySelector(".input").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
      };
      paste("ok.png", "image/png", 100);
      paste("big.png", "image/png", 6_000_000);
      paste("evil.svg", "image/svg+xml", 10);
    });
    await page.getByRole("alert").filter({ hasText: "big.png is too large" }).waitFor();
    await page.getByRole("alert").filter({ hasText: "evil.svg is not" }).waitFor();
    await page.locator(".box .chip img").waitFor();
    await page.locator(".input").press("Enter");
    assert.equal((await sent("send"))[0].draft.attachments.length, 1);
  },

  async "the draft and the reader's place outlive the page"() {
    const { page, host } = await open([{ kind: "agent", text: "paragraph\n\n".repeat(300), done: true }]);
    await page.locator(".input").fill("half a thought");
    await page.locator(".scroller").hover();
    await page.mouse.wheel(0, -1000);
    await page.waitForFunction(() => window.kept?.draft?.text === "half a thought" && window.kept.fromEnd > 500);
    const kept = await page.evaluate(() => window.kept.fromEnd);
    await page.reload();
    await host(boot(words));
    await host(session([{ kind: "agent", text: "paragraph\n\n".repeat(300), done: true }]));
    await page.waitForFunction(() => document.querySelector(".piece") !== null);
    assert.equal(await page.locator(".input").inputValue(), "half a thought");
    const now = await page.locator(".scroller").evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight);
    assert.ok(Math.abs(now - kept) < 60, `${now} of ${kept}`);
  },

  async "sessions are found, renamed and deleted by keyboard, deleting asks once"() {
    const { page, host, sent } = await open();
    await host({ type: "show", panel: "sessions" });
    await host({ type: "sessions", query: "", more: false, sessions: [{ sessionId: "a", title: "First" }, { sessionId: "b", title: "Second" }] });
    await page.getByText("Second").waitFor();
    await page.locator(".search").press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.evaluate(() => document.activeElement.querySelector(".session-title").textContent), "Second");
    await page.getByRole("button", { name: "Rename: Second" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "New title" }).fill("Better");
    await page.keyboard.press("Enter");
    assert.deepEqual(await sent("rename"), [{ type: "rename", session: "b", title: "Better" }]);
    await page.getByRole("button", { name: "Delete: First" }).focus();
    await page.keyboard.press("Enter");
    assert.deepEqual(await sent("delete"), []);
    await page.getByRole("group", { name: "Delete" }).getByRole("button", { name: "Delete" }).click();
    assert.deepEqual(await sent("delete"), [{ type: "delete", session: "a" }]);
    await page.locator(".search").press("Escape");
    await page.locator(".composer").waitFor();
  },

  async "finished answers are read out, growing ones are not, and every button has a name"() {
    const { page, host, settled } = await open(everything, { running: true });
    await host(chunk("The half of an answer"));
    await settled();
    const spoken = () => page.locator('[role="log"]').textContent();
    assert.doesNotMatch(await spoken(), /half of an answer/);
    await host({ type: "changes", session: "s1", changes: [{ type: "ended", reason: "end_turn" }] });
    await settled();
    assert.match(await spoken(), /half of an answer/);
    const nameless = await page.evaluate(() => [...document.querySelectorAll("button, vscode-button, select, input, textarea")]
      .filter((one) => one.offsetParent && !(one.getAttribute("aria-label") || one.textContent.trim() || one.closest("label"))).map((one) => one.outerHTML));
    assert.deepEqual(nameless, []);
  },
};

let failed = 0;
const wanted = process.argv[2] ?? "";
for (const [name, play] of Object.entries(scenarios)) {
  if (!name.includes(wanted)) continue;
  try {
    await play();
    console.log(`ok      page ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  page ${name}\n${error.stack}`);
  }
}
await browser.close();
server.close();
process.exit(failed ? 1 : 0);
