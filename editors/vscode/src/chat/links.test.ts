import assert from "node:assert/strict";
import test from "node:test";

import { targetOf } from "./links";

const FOLDERS = ["/w/project"];

function check(href: string, expected: string): void {
  const target = targetOf(href, FOLDERS);
  const shown =
    target.kind === "web" ? target.address : target.kind === "file" ? `${target.path}:${target.line ?? "-"}` : "refused";
  assert.equal(shown, expected, href);
}

test("web pages are shown as they will be opened", () => {
  check("https://example.org/a?b#c", "https://example.org/a?b#c");
  check("HTTPS://EXAMPLE.org", "https://example.org/");
  check("https://еxample.org/", "https://xn--xample-2of.org/");
  check("mailto:a@example.org", "mailto:a@example.org");
  check("https://", "refused");
});

test("files open where they lie in the workspace", () => {
  check("src/a.rs", "/w/project/src/a.rs:-");
  check("src/a.rs:12", "/w/project/src/a.rs:12");
  check("src/a.rs:12:4", "/w/project/src/a.rs:12");
  check("src/a.rs#L3-L9", "/w/project/src/a.rs:3");
  check("file:///w/project/with%20space.rs#L2", "/w/project/with space.rs:2");
  check("/w/project/b.rs", "/w/project/b.rs:-");
});

test("files elsewhere and other machines are refused", () => {
  check("../secret", "refused");
  check("file:///etc/passwd", "refused");
  check("/w/project/../other/x", "refused");
  check("//host/share/x", "refused");
  check("file://host/share/x", "refused");
  check("\\\\host\\share", "refused");
  check("src/%00.rs", "refused");
  check("%E0%A4%A", "refused");
});

test("no other scheme is followed", () => {
  for (const href of [
    "command:workbench.action.quit",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>1</script>",
    "vscode://extension/install",
    "vbscript:x",
    "blob:https://x/y",
    "ssh://host",
    "command:a.b:12",
    "",
  ]) {
    check(href, "refused");
  }
});
