import type { ServerResponse } from 'node:http';
import type { Handout } from '../core/session-standing.js';
import type { SessionStore } from '../core/session-store.js';
import type { TransportChoice } from './transport-chain.js';

/** Seconds that browsers keep a cookie at most (RFC 6265bis, section 5.5). */
const LONGEST_COOKIE = 400 * 86_400;

/** Puts into the head what the client must hear of its token. */
export function handOut(
  response: ServerResponse,
  { transport, text }: TransportChoice,
  handout: Handout | undefined,
  store: Pick<SessionStore, 'now'>,
): void {
  if (handout === 'clear') {
    if (text !== undefined) transport.clear(response);
  } else if (handout) {
    transport.write(response, handout.token.text, { maxAge: maxAge(handout, store) });
  }
}

/** The server decides when the session ends: the cookie only has to last that long. */
function maxAge(
  { token, keptUntil }: Exclude<Handout, 'clear'>,
  store: Pick<SessionStore, 'now'>,
): number | undefined {
  if (keptUntil === undefined) return undefined;
  const left = (keptUntil - store.now(token)) / 1000;
  return Math.max(0, Math.min(Math.floor(left), LONGEST_COOKIE));
}
