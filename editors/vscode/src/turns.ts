// The turns of this window: what runs, what it says it does, and what came of those that the user began here. Pure.

import type { Started, TurnParams } from "./protocol";

export interface RunningTurn {
  readonly id: string;
  /** What the server calls it: `document shapes.py`. */
  title: string;
  /** What it does right now: `writing`, `Read shapes.py`. */
  step: string;
}

/** A turn that was begun here and has ended. */
export interface Outcome {
  readonly command: string;
  readonly sessionId: string;
  readonly turn: TurnParams;
}

/** The server's token of a turn's progress. */
const TOKEN = "singletree/";
/** Turns that ended before the answer to `run` told us that they were ours. */
const REMEMBERED = 20;

export class Turns {
  private readonly active = new Map<string, RunningTurn>();
  private readonly begun = new Map<string, { command: string; sessionId: string }>();
  private readonly ended = new Map<string, TurnParams>();

  constructor(
    private readonly changed: () => void,
    private readonly outcome: (outcome: Outcome) => void,
  ) {}

  /** Oldest first. */
  running(): readonly RunningTurn[] {
    return [...this.active.values()];
  }

  /** A turn that the user began here. */
  began(command: string, { turnId, sessionId }: Started): void {
    const ended = this.ended.get(turnId);
    if (ended) {
      this.outcome({ command, sessionId, turn: ended });
    } else {
      this.begun.set(turnId, { command, sessionId });
    }
  }

  turn(params: TurnParams): void {
    if (params.state === "running") {
      this.active.set(params.turnId, this.active.get(params.turnId) ?? { id: params.turnId, title: "", step: "" });
    } else {
      this.end(params);
    }
    this.changed();
  }

  private end(params: TurnParams): void {
    this.active.delete(params.turnId);
    const begun = this.begun.get(params.turnId);
    if (begun) {
      this.begun.delete(params.turnId);
      this.outcome({ ...begun, turn: params });
      return;
    }
    this.ended.set(params.turnId, params);
    if (this.ended.size > REMEMBERED) {
      const [oldest] = this.ended.keys();
      this.ended.delete(oldest ?? "");
    }
  }

  progress(token: string | number, step: { kind: string; title?: string; message?: string }): void {
    const turn = this.active.get(String(token).slice(TOKEN.length));
    if (!turn || step.kind === "end") {
      return;
    }
    turn.title = step.title ?? turn.title;
    turn.step = step.message ?? turn.step;
    this.changed();
  }

  /** The server has gone, and with it what ran. */
  clear(): void {
    this.active.clear();
    this.begun.clear();
    this.changed();
  }
}
