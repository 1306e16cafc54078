// Answers of a scripted model that propose changes, and the changes that most scenarios propose.
import { calls, says } from "./model.js";

/** A change of one place: `[path, old text, new text]`. */
export const proposes = (...edits) => [
  calls(...new Set(edits.map(([path]) => path)).values().map((path) => ["read", { path }])),
  calls(...edits.map(([path, old_text, new_text]) => ["edit", { path, old_text, new_text }])),
  says("Done."),
];

/** In shapes.py: a line that changes in one place, and one that becomes two. */
export const SQUARE = ["shapes.py", "    return pi * radius * radius\n", "    return pi * radius**2\n"];
export const SCALED = [
  "shapes.py",
  "    return [value * factor for value in values]\n",
  "    scaled = [factor * value for value in values]\n    return scaled\n",
];

/** A text with a change made in it. */
export const changed = (text, [, before, after]) => text.replace(before, () => after);
