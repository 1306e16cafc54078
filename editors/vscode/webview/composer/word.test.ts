import assert from "node:assert/strict";
import test from "node:test";

import { replaceWord, typedWord } from "./word";

/** `|` is the caret. */
function check(text: string, expected: string | undefined): void {
  const caret = text.indexOf("|");
  const typed = typedWord(text.replace("|", ""), caret);
  assert.equal(typed && `${typed.kind} ${typed.word} at ${typed.start}`, expected, text);
}

test("a mention is the word that begins with @ or # before the caret", () => {
  check("look at @par|", "mention @par at 8");
  check("@|", "mention @ at 0");
  check("(#sel|ection", "mention #sel at 1");
  check("@src/a-b.rs|", "mention @src/a-b.rs at 0");
});

test("an address and finished words are none", () => {
  check("me@example|", undefined);
  check("@done |", undefined);
  check("plain|", undefined);
});

test("a command stands at the very beginning only", () => {
  check("/fi|", "command /fi at 0");
  check("/fix now|", undefined);
  check("see /fi|", undefined);
  check("src/fi|", undefined);
});

test("what is accepted replaces the word and leaves one space", () => {
  const typed = typedWord("look at @par now", 12);
  assert.ok(typed);
  assert.deepEqual(replaceWord("look at @par now", typed, 12, "@parser.rs"), {
    text: "look at @parser.rs now",
    caret: 18,
  });
  assert.deepEqual(replaceWord("@p", { kind: "mention", word: "@p", start: 0 }, 2, "@x"), { text: "@x ", caret: 3 });
});
