// Waiting for conditions with a time limit.
import { setTimeout as pause } from "node:timers/promises";

/** Nothing that works takes longer, on a busy machine with two cores. */
export const LIMIT = 60_000;

/** Asks again and again until `condition` answers something true, and answers that. */
export async function until(what, condition, limit = LIMIT) {
  const deadline = Date.now() + limit;
  let problem;
  do {
    try {
      const answer = await condition();
      if (answer) {
        return answer;
      }
      problem = undefined;
    } catch (caught) {
      problem = caught;
    }
    await pause(25);
  } while (Date.now() < deadline);
  throw new Error(`waited in vain for ${what}`, { cause: problem });
}
