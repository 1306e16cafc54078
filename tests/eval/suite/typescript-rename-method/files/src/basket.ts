export class Basket {
  private readonly items = new Map<string, number>();

  get size(): number {
    return this.items.size;
  }

  add(item: string, count = 1): void {
    this.items.set(item, (this.items.get(item) ?? 0) + count);
  }
}
