// The server's commands that have a place of their own in the palette. What they do is the server's business; here
// stands only what VS Code must know beforehand: what each needs of the editor.

export interface CatalogueEntry {
  /** The server's name. */
  readonly name: string;
  /** The last part of VS Code's command `singletree.run.…`. */
  readonly id: string;
  readonly icon: string;
  /** Its answer is words to read, not changes. */
  readonly isProse?: true;
  /** It is about the whole workspace: no place in a file is sent. */
  readonly isPlaceless?: true;
  /** It follows the user's words. */
  readonly needsWords?: true;
}

export const CATALOGUE: readonly CatalogueEntry[] = [
  { name: "ask", id: "ask", icon: "comment", isProse: true, needsWords: true },
  { name: "edit", id: "edit", icon: "edit", needsWords: true },
  { name: "explain", id: "explain", icon: "question", isProse: true },
  { name: "fix", id: "fix", icon: "wrench" },
  { name: "test", id: "test", icon: "beaker" },
  { name: "document", id: "document", icon: "book" },
  { name: "refactor", id: "refactor", icon: "symbol-structure", needsWords: true },
  { name: "complete", id: "complete", icon: "list-unordered" },
  { name: "optimize", id: "optimize", icon: "dashboard" },
  { name: "review", id: "review", icon: "eye", isProse: true },
  { name: "commit-message", id: "commitMessage", icon: "git-commit", isProse: true, isPlaceless: true },
];

export const commandId = (entry: CatalogueEntry): string => `singletree.run.${entry.id}`;
export const entryOf = (name: string): CatalogueEntry | undefined => CATALOGUE.find((entry) => entry.name === name);
