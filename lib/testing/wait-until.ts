import { setTimeout as sleep } from 'node:timers/promises';

const TIME_LIMIT = 60_000;
const PAUSE = 20;

/** Tells what is still missing, or `undefined` once the condition holds. */
export type MissingPart = () => Promise<string | undefined>;

/**
 * Asks again and again until nothing is missing.
 *
 * @param goal - what is waited for, as it should read in the error
 * @param timeLimit - in ms, default 60000
 * @throws Error naming the goal and what was missing at the last look
 */
export async function waitUntil(
  goal: string,
  missingPart: MissingPart,
  timeLimit: number = TIME_LIMIT,
): Promise<void> {
  const expired = new AbortController();
  let missing = 'no answer yet';
  const poll = async (): Promise<void> => {
    for (;;) {
      const next = await missingPart();
      if (next === undefined || expired.signal.aborted) return;
      missing = next;
      await sleep(PAUSE);
    }
  };
  const limit = sleep(timeLimit, undefined, { signal: expired.signal }).then(() => {
    throw new Error(`${goal}: not reached within ${timeLimit / 1000} s: ${missing}`);
  });
  try {
    await Promise.race([poll(), limit]);
  } finally {
    expired.abort();
    limit.catch(() => undefined);
  }
}
