// The chat's page in Chromium with a made-up host: the bundled app under the same content security policy as in the
// editor. Every message of the page is recorded; tests play the host.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";

const root = path.resolve(import.meta.dirname, "../..");
const themes = JSON.parse(await readFile(path.join(import.meta.dirname, "themes.json"), "utf8"));

/** Serves the page and anything that hostile content might ask for; `asked` holds every path that was requested. */
export async function serve() {
  const asked = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://x");
    asked.push(pathname);
    try {
      if (pathname === "/") return response.setHeader("content-type", "text/html").end(page(searchParams.get("theme")));
      if (pathname === "/app.js") return response.setHeader("content-type", "text/javascript").end(await readFile(path.join(root, "dist/webview.js")));
      if (pathname === "/app.css") return response.setHeader("content-type", "text/css").end(await readFile(path.join(root, "dist/webview.css")));
    } catch (error) {
      console.error(error);
    }
    response.statusCode = 404;
    response.end();
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${server.address().port}/`, asked, close: () => server.close() };
}

function page(theme) {
  const variables = Object.entries(themes[theme] ?? themes.dark).map(([name, value]) => `--vscode-${name}:${value}`);
  const kind = theme === "light" ? "light" : "dark";
  return `<!doctype html><html><head><meta charset="utf-8">
<style>:root{color-scheme:${kind};${variables.join(";")}}</style>
<script>
  window.sent = [];
  window.kept = JSON.parse(sessionStorage.getItem("state") ?? "null");
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => { window.sent.push(message); window.onSent?.(message); },
    getState: () => window.kept,
    setState: (state) => { window.kept = state; sessionStorage.setItem("state", JSON.stringify(state)); },
  });
  window.host = (message) => window.postMessage(message, "*");
</script>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'self'; script-src 'nonce-test'">
<link rel="stylesheet" href="/app.css"></head>
<body class="vscode-${kind}"><div id="app"></div><script nonce="test" src="/app.js"></script></body></html>`;
}

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
  });
}

/** What the host says first. */
export function boot(strings) {
  return {
    type: "boot",
    server: "running",
    environment: { strings, language: "en", trusted: true, folder: true },
  };
}

export function session(entries, more = {}) {
  return {
    type: "session",
    transcript: {
      id: "s1", title: "A session", entries, running: false,
      modes: { currentModeId: "ask", availableModes: [
        { id: "plan", name: "Plan" }, { id: "ask", name: "Ask" }, { id: "edit", name: "Edit" }, { id: "auto", name: "Auto" }] },
      options: [
        { id: "model", name: "Model", category: "model", type: "select", currentValue: "local/qwen3-coder",
          options: [{ value: "local/qwen3-coder", name: "qwen3-coder" }, { value: "rules", name: "rules" }] },
        { id: "effort", name: "Effort", category: "thought_level", type: "select", currentValue: "medium",
          options: [{ value: "low", name: "Low" }, { value: "medium", name: "Medium" }, { value: "high", name: "High" }] },
      ],
      commands: [{ name: "fix", description: "Repair what a diagnostic complains about" },
        { name: "compact", description: "Shorten the history" }, { name: "cost", description: "What it has cost" }],
      usage: { used: 15800, size: 131072, cost: { amount: 0.0312, currency: "USD" } },
      ...more,
    },
  };
}
