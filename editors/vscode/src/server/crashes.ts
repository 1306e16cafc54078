// When to stop starting a server that keeps crashing.

/** Crashes within `WINDOW_MS` after which the server is left alone until the user says otherwise. */
export const TOO_MANY = 3;
const WINDOW_MS = 3 * 60 * 1000;

export class Crashes {
  private times: number[] = [];

  /** Notes a crash at `now`; true if it was one too many. */
  note(now: number): boolean {
    this.times = [...this.times.filter((time) => now - time < WINDOW_MS), now];
    return this.times.length >= TOO_MANY;
  }

  forget(): void {
    this.times = [];
  }
}
