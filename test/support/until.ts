import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 30_000;
const PAUSE_MS = 5;

/** Asks again and again until the condition holds. @throws Error naming the goal after 30 s */
export async function until(goal: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (!(await holds())) {
    if (performance.now() > end)
      throw new Error(`Not reached within ${LIMIT_MS / 1000} s: ${goal}`);
    await delay(PAUSE_MS);
  }
}
