// Screenshots in the three themes, to be looked at.
//
//   node webview/test/shots.mjs FOLDER

import { mkdir } from "node:fs/promises";
import path from "node:path";

import { everything } from "./conversation.mjs";
import { boot, launch, serve, session } from "./harness.mjs";
import { english } from "./english.mjs";

const folder = process.argv[2] ?? "out/shots";
await mkdir(folder, { recursive: true });
const server = await serve();
const browser = await launch();
for (const theme of ["dark", "light", "contrast"]) {
  const page = await browser.newPage({ viewport: { width: 420, height: 1500 } });
  page.on("console", (message) => console.log(theme, message.type(), message.text()));
  page.on("pageerror", (error) => console.log(theme, "error", error.message));
  const shot = (name) => page.screenshot({ path: path.join(folder, `${theme}-${name}.png`) });
  const host = (message) => page.evaluate((value) => window.host(value), message);
  const frame = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50))));
  await page.goto(`${server.url}?theme=${theme}`);
  await host(boot(await english()));
  await host(session([]));
  await frame();
  await page.setViewportSize({ width: 380, height: 700 });
  await shot("empty");
  await page.setViewportSize({ width: 420, height: 2100 });
  await host(session(everything, { running: true }));
  await frame();
  for (const line of await page.locator('[data-kind="tool"] .fold-line').all()) await line.click();
  await frame();
  await shot("everything");
  await page.setViewportSize({ width: 380, height: 700 });
  await page.locator(".input").fill("Look at @par");
  await page.waitForFunction(() => window.sent.some((one) => one.type === "complete"));
  await host({ type: "completions", request: 1, items: [
    { label: "src/parser.rs", detail: "file", icon: "file", insert: "@src/parser.rs", attachment: { label: "src/parser.rs", block: { type: "resource_link", uri: "file:///w/src/parser.rs", name: "src/parser.rs" } } },
    { label: "parse_fields", detail: "function · src/parser.rs:12", icon: "symbol", insert: "@parse_fields" },
    { label: "@diagnostics", detail: "Errors and warnings", icon: "diagnostics", insert: "@diagnostics", resolve: "diagnostics" }] });
  await frame();
  await shot("completion");
  await page.locator(".input").press("Enter");
  await page.waitForFunction(() => window.sent.some((one) => one.type === "preview"));
  const request = await page.evaluate(() => window.sent.findLast((one) => one.type === "preview").request);
  await host({ type: "bill", request, bill: { tokens: 3210, budget: 16000, costUsd: 0.0123, items: [
    { path: "src/parser.rs", tokens: 820, level: "full", why: ["mentioned"] }, { path: "tests/parser.rs", tokens: 410, level: "slices", why: ["imports it"] }] } });
  await frame();
  await page.locator(".bill .fold-line").click();
  await frame();
  await shot("bill");
  await host({ type: "show", panel: "sessions" });
  await host({ type: "sessions", query: "", more: true, sessions: [
    { sessionId: "s1", title: "Why does fields lose the last column?", updatedAt: new Date().toISOString() },
    { sessionId: "s2", title: "Rename the settings module", updatedAt: "2026-01-02T10:00:00Z", excerpt: "…the settings are read once…" },
    { sessionId: "s3", title: "", updatedAt: "2026-01-01T10:00:00Z" }] });
  await frame();
  await page.locator(".session-row").nth(1).hover();
  await shot("sessions");
  await host({ type: "show", panel: "chat" });
  await host({ type: "server", state: "stopped" });
  await host({ type: "problem", message: "The session could not be loaded: it belongs to another folder.", remedy: "log" });
  await frame();
  await shot("trouble");
  await page.close();
}
await browser.close();
server.close();
