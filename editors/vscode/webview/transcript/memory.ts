// What the reader did to entries (folds, half-filled forms), kept apart from their elements, which come and go.

class EntryMemory {
  readonly open = new Set<string>();
  readonly #drafts = new Map<string, object>();

  draft<T extends object>(part: string, initial: () => T): T {
    const known = this.#drafts.get(part) as T | undefined;
    if (known) return known;
    const made = initial();
    this.#drafts.set(part, made);
    return made;
  }
}

export class Memory {
  readonly #entries = new Map<number, EntryMemory>();

  of(index: number): EntryMemory {
    let memory = this.#entries.get(index);
    if (!memory) {
      memory = new EntryMemory();
      this.#entries.set(index, memory);
    }
    return memory;
  }
}
