import assert from "node:assert/strict";
import test from "node:test";

import { JSDOM } from "jsdom";

import { markdown } from "./parser";
import { createSanitiser } from "./sanitise";

const { window } = new JSDOM("");
const sanitise = createSanitiser(window);

function clean(html: string): string {
  const holder = window.document.createElement("div");
  holder.append(sanitise(html));
  return holder.innerHTML;
}

const HOSTILE = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<img src='https://example.org/x.png'>",
  "<svg onload=alert(1)><image href='https://example.org/x'/></svg>",
  "<svg><style><img src=x onerror=alert(1)></style></svg>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
  "<iframe src='https://example.org'></iframe><iframe srcdoc='<script>1</script>'></iframe>",
  "<object data='x'></object><embed src='x'><video src='https://example.org/v' autoplay></video>",
  "<form action='https://example.org'><input name=a><button formaction='javascript:1'>x</button></form>",
  "<style>@import url(https://example.org)</style><link rel=stylesheet href='https://example.org'>",
  "<base href='https://example.org'><meta http-equiv=refresh content='0;url=https://example.org'>",
  "<p style='background:url(https://example.org)'>x</p>",
  "<a href='javascript:alert(1)'>x</a><a href='  java\nscript:alert(1)'>x</a><a href='data:text/html,x'>x</a>",
  "<a href='command:workbench.action.quit'>x</a><a href='vscode://x'>x</a><a href='//example.org'>x</a>",
  "<a href='https://example.org' onclick=alert(1) target=_blank ping='https://example.org'>x</a>",
  "<p id=app class='composer entry'>x</p><p name=body>x</p>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
  "<td background='https://example.org/x'>x</td><p is='st-markdown'>x</p><st-markdown>x</st-markdown>",
  "<scr<script>ipt>alert(1)</scr</script>ipt>",
];

const FORBIDDEN = "script, img, svg, math, iframe, object, embed, video, form, input, button, style, link, base, meta, st-markdown";

test("nothing that loads, runs or leaves gets through the sanitiser", () => {
  for (const html of [...HOSTILE, ...HOSTILE.map((one) => `<ul><li><blockquote>${one}`)]) {
    const holder = window.document.createElement("div");
    holder.append(sanitise(html));
    assert.equal(holder.querySelector(FORBIDDEN), null, html);
    for (const element of holder.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        assert.match(name, /^(class|data-href|role|tabindex|title|start)$/, `${name}=${value} of ${html}`);
      }
      const link = element.getAttribute("data-href");
      if (link !== null) assert.match(link, /^https:\/\/example\.org$|^[^:]*$/, html);
    }
  }
});

test("a link is data for the host, never something that the browser follows", () => {
  assert.equal(
    clean(markdown.render("[a](https://example.org/x)")),
    '<p><a data-href="https://example.org/x" role="link" tabindex="0" title="https://example.org/x">a</a></p>\n',
  );
  assert.match(clean("<a href='src/a.rs:12'>a</a>"), /data-href="src\/a\.rs:12"/);
});

test("classes of the page itself cannot be borrowed", () => {
  assert.equal(clean("<p class='composer hljs-keyword banner'>x</p>"), '<p class="hljs-keyword">x</p>');
});

test("raw HTML in Markdown is text, and hostile schemes make no link", () => {
  const shown = clean(markdown.render("<b onclick=x>bold</b> [x](javascript:alert(1)) [y](command:quit) ![p](https://example.org/p.png)"));
  assert.match(shown, /&lt;b onclick=x&gt;/);
  assert.doesNotMatch(shown, /data-href="(javascript|command)/);
  assert.match(shown, /Image not loaded: p/);
});

test("tables keep their alignment without a style attribute", () => {
  assert.match(clean(markdown.render("|a|\n|-:|\n|1|")), /<td class="align-right">1<\/td>/);
});
