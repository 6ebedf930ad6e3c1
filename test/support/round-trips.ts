import type { Traffic } from './proxied-connection.js';
import type { RedisProxy } from './redis-proxy.js';

/** Long enough for the rest of a turn to come, on a busy machine too. */
const HOLD_MS = 100;

/**
 * What the work asked of keys of these homes, and WAIT, by round trips: names of the commands that were sent before the next
 * answer came. Answers are held back, so that all that one turn sends is there before.
 */
export async function roundTripsOf(
  proxy: RedisProxy,
  homes: () => readonly string[],
  work: () => Promise<unknown>,
): Promise<string[][]> {
  const traffic: Traffic[] = (proxy.traffic = []);
  proxy.holdReplies(HOLD_MS);
  await work();
  proxy.holdReplies(0);
  proxy.traffic = undefined;
  return roundTripsIn(traffic, homes());
}

/** Hash tag of the key of the session a token stands for. */
export function homeOf(token: string): string {
  return token.slice(1, 21);
}

/** Commands by the round trip in which they were sent. */
function roundTripsIn(traffic: readonly Traffic[], homes: readonly string[]): string[][] {
  const trips: string[][] = [[]];
  for (const { way, command } of traffic) {
    const name = nameOf(command);
    if (name !== 'WAIT' && !homes.some((home) => command.includes(home))) continue;
    if (way === 'asked') trips.at(-1)!.push(name);
    else if (trips.at(-1)!.length > 0) trips.push([]);
  }
  return trips.filter((trip) => trip.length > 0);
}

/** Name of a command (latin1, RESP). */
function nameOf(command: string): string {
  return command.split('\r\n', 3)[2]!.toUpperCase();
}
