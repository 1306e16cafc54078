// What changed between two texts, line by line, shortened to the places that changed.

export interface DiffLine {
  sign: " " | "+" | "-" | "…";
  text: string;
}

/** Unchanged lines shown around a change. */
const AROUND = 2;
/** Above this many cells the middle is shown as removed and added whole: quick, and still true. */
const LARGEST_TABLE = 250_000;

export function diffLines(before: string, after: string): DiffLine[] {
  const old = split(before);
  const now = split(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const middle = between(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  const lines: DiffLine[] = [
    ...old.slice(0, head).map(same),
    ...middle,
    ...old.slice(old.length - tail).map(same),
  ];
  return shorten(lines);
}

function split(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function same(text: string): DiffLine {
  return { sign: " ", text };
}

/** Longest common subsequence by the textbook table. */
function between(old: string[], now: string[]): DiffLine[] {
  if (old.length * now.length > LARGEST_TABLE || old.length === 0 || now.length === 0) {
    return [...old.map(removed), ...now.map(added)];
  }
  const width = now.length + 1;
  const table = new Uint16Array((old.length + 1) * width);
  const at = (row: number, column: number): number => table[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = now.length - 1; column >= 0; column--) {
      table[row * width + column] =
        old[row] === now[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length && column < now.length) {
    if (old[row] === now[column]) {
      lines.push(same(old[row] ?? ""));
      row++;
      column++;
    } else if (at(row + 1, column) >= at(row, column + 1)) lines.push(removed(old[row++] ?? ""));
    else lines.push(added(now[column++] ?? ""));
  }
  return [...lines, ...old.slice(row).map(removed), ...now.slice(column).map(added)];
}

function removed(text: string): DiffLine {
  return { sign: "-", text };
}

function added(text: string): DiffLine {
  return { sign: "+", text };
}

function shorten(lines: DiffLine[]): DiffLine[] {
  const near = new Set<number>();
  lines.forEach((line, index) => {
    if (line.sign === " ") return;
    for (let place = index - AROUND; place <= index + AROUND; place++) near.add(place);
  });
  const short: DiffLine[] = [];
  lines.forEach((line, index) => {
    if (near.has(index)) short.push(line);
    else if (short.at(-1)?.sign !== "…") short.push({ sign: "…", text: "" });
  });
  return short;
}
