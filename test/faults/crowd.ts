import { inFlight, range } from '../support/in-flight.js';
import { isAcknowledged, type Entry } from './history.js';
import type { LabClient } from './lab-client.js';
import type { Rig } from './rig.js';

const AT_ONCE = 4;
/** Those of one shard are about a third. */
const TRIED = 60;

/** Users who are logged in when a fault comes. They are judged with the rest of the history. */
export class Crowd {
  /** Tokens of the sessions that were to be ended. */
  readonly #ended = new Map<LabClient, string>();

  private constructor(
    private readonly rig: Rig,
    private readonly clients: readonly LabClient[],
  ) {}

  /** @param shard whose users they are; default of any */
  static async logIn(rig: Rig, shard?: number): Promise<Crowd> {
    const clients = range(TRIED).map(() => rig.load.newClient());
    const logins = await inFlight(AT_ONCE, clients, (client) =>
      client.perform({ act: 'login', path: `/login/${client.user}`, token: undefined }),
    );
    const isChosen = (entry: Entry): boolean =>
      isAcknowledged(entry) && (shard === undefined || entry.shard === shard);
    return new Crowd(
      rig,
      clients.filter((_, at) => isChosen(logins[at]!)),
    );
  }

  /** How many of them a server takes for logged in. */
  async loggedIn(): Promise<number> {
    const reads = await inFlight(AT_ONCE, this.clients, (client) =>
      client.perform({ act: 'read', method: 'GET', path: '/read' }),
    );
    return reads.filter(({ sight }) => sight?.user !== undefined).length;
  }

  /** Half of them log out, the other half are logged out by `revokeAll`. @returns what came of it */
  endAll(): Promise<Entry[]> {
    return inFlight(AT_ONCE, this.clients, (client, at) => {
      const { token } = client;
      this.#ended.set(client, token!);
      return at % 2 === 0
        ? client.perform({ act: 'logout', path: '/logout', token })
        : client.perform({ act: 'revokeAll', path: `/revokeAll/${client.user}`, token });
    });
  }

  /** How many of those sessions are logins as Redis has them, whatever the servers remember: a session that its user's record lists. */
  async storedLogins(): Promise<number> {
    const { keys } = this.rig;
    const stored = await inFlight(AT_ONCE, [...this.#ended.values()], async (token) => {
      const digest = await keys.redis.hget(keys.keyOf(token), '@s');
      const entry = await keys.redis.hget(keys.recordOf(token), `s:${token.slice(21, 37)}`);
      return digest !== null && entry !== null && !entry.startsWith('!');
    });
    return stored.filter(Boolean).length;
  }

  /** Every session that was to be ended is tried on every server. */
  async tryAll(): Promise<void> {
    await inFlight(AT_ONCE, [...this.#ended], async ([client, token]) => {
      for (const _ of this.rig.servers) {
        await client.perform({ act: 'read', method: 'GET', path: '/read', token });
      }
    });
  }
}

/** `30 ends acknowledged, 12 of them as durable`. */
export function toldOfEnds(entries: readonly Entry[]): string {
  const ends = entries.filter(isAcknowledged);
  const durable = ends.filter((entry) => entry.durable === true);
  return `${ends.length} of ${entries.length} ends acknowledged, ${durable.length} of them as durable`;
}
