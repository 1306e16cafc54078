// The page that holds the chat, and what it may load: its own script by nonce, its own style sheet, pictures that
// stand in the page itself. Nothing from anywhere else.

import { randomBytes } from "node:crypto";
import { Uri, type Webview } from "vscode";

export function pageHtml(webview: Webview, extension: Uri, language: string): string {
  const nonce = randomBytes(16).toString("base64");
  const file = (name: string): string => webview.asWebviewUri(Uri.joinPath(extension, "dist", name)).toString();
  const policy = [
    "default-src 'none'",
    "img-src data:",
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file("webview.css")}">
</head>
<body><div id="app"></div><script nonce="${nonce}" src="${file("webview.js")}"></script></body>
</html>`;
}
