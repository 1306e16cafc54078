// The message that is being written, kept over reloads.

import type { Attachment, Draft } from "../../src/chat/protocol";
import { save, saved } from "../host";

/** Above this, images and embedded texts of a draft are not kept over a reload: the state is written on each change. */
const MOST_KEPT = 2_000_000;

export function emptyDraft(): Draft {
  return { text: "", attachments: [], pinned: [], dropped: [] };
}

export function restoredDraft(): Draft {
  return { ...emptyDraft(), ...saved().draft };
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Soon, not at each key. */
export function keepDraft(draft: Draft): void {
  clearTimeout(timer);
  timer = setTimeout(() => save({ draft: { ...draft, attachments: small(draft.attachments) } }), 200);
}

export function isEmpty(draft: Draft): boolean {
  return draft.text.trim() === "" && draft.attachments.length === 0;
}

/** Adds what is not there yet. */
export function attach(draft: Draft, added: Attachment[]): void {
  const keys = new Set(draft.attachments.map(keyOf));
  draft.attachments = [...draft.attachments, ...added.filter((one) => !keys.has(keyOf(one)))];
}

function keyOf(attachment: Attachment): string {
  return JSON.stringify(attachment.block);
}

function small(attachments: Attachment[]): Attachment[] {
  let size = 0;
  return attachments.filter((attachment) => {
    size += keyOf(attachment).length;
    return size <= MOST_KEPT;
  });
}
