// Work that many events ask for, done at most so often: the first at once, what follows together.

export class Batch {
  private timer: NodeJS.Timeout | undefined;
  private last = 0;

  constructor(
    private readonly intervalMs: number,
    private readonly act: () => void,
  ) {}

  soon(): void {
    const wait = Math.max(0, this.last + this.intervalMs - Date.now());
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.last = Date.now();
      this.act();
    }, wait);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
