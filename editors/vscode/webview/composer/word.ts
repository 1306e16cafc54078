// The word before the caret that asks for a completion.

export interface Typed {
  kind: "mention" | "command";
  /** With its `@`, `#` or `/`. */
  word: string;
  /** Where the word begins in the text. */
  start: number;
}

export function typedWord(text: string, caret: number): Typed | undefined {
  const before = text.slice(Math.max(0, caret - 200), caret);
  const command = caret <= 200 ? /^\/[\w:.-]*$/.exec(before) : null;
  if (command) return { kind: "command", word: command[0], start: 0 };
  const mention = /(?:^|[\s(])([@#][^\s@#]*)$/.exec(before);
  const word = mention?.[1];
  return word === undefined ? undefined : { kind: "mention", word, start: caret - word.length };
}

/** `text` with the typed word replaced, and where the caret goes. */
export function replaceWord(text: string, typed: Typed, caret: number, by: string): { text: string; caret: number } {
  const rest = text.slice(caret);
  const gap = by === "" || rest.startsWith(" ") ? "" : " ";
  const head = text.slice(0, typed.start) + by + gap;
  return { text: head + rest, caret: head.length };
}
