// The wire to the extension host, and what survives when the view is hidden or the window reloads.

import type { Draft, FromWebview, ToWebview } from "../src/chat/protocol";

interface Api {
  postMessage(message: FromWebview): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): Api;

const api = acquireVsCodeApi();

/** What the view remembers: the draft, and where each reader stood. */
export interface Saved {
  draft?: Draft;
  session?: string;
  /** Distance from the end in pixels; absent at the end. */
  fromEnd?: number;
}

export function post(message: FromWebview): void {
  api.postMessage(message);
}

export function onMessage(listener: (message: ToWebview) => void): void {
  window.addEventListener("message", (event: MessageEvent<ToWebview>) => listener(event.data));
}

export function saved(): Saved {
  return (api.getState() as Saved | null | undefined) ?? {};
}

export function save(change: Saved): void {
  api.setState({ ...saved(), ...change });
}
