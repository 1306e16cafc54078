import assert from "node:assert/strict";
import test from "node:test";

import { plain } from "./plain";

/** What VS Code takes for a link (`parseLinkedText`). */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

test("nothing that is shown becomes a link, and nothing is lost", () => {
  const hostile = "run `touch [a](command:workbench.action.quit) [b](https://x)`";
  assert.match(hostile, LINK);
  assert.doesNotMatch(plain(hostile), LINK);
  assert.equal(plain(hostile).replaceAll("\u200b", ""), hostile);
});
