import type { Actor } from './actor.js';
import type { Deed } from './history.js';
import type { Origin } from './lives.js';
import type { Server } from './server.js';

interface Ending {
  readonly origin: Origin;
  readonly deeds: readonly Deed[];
  /** Handles of the sessions that are served. */
  readonly alive: ReadonlySet<string>;
  /** Whether no key may be left that nobody holds. */
  readonly isStrict: boolean;
}

/** Fields without which a hash is no session. */
const OF_SESSION = ['@s', '@m', '@t', '@v', '@o', '@z'];
const TOMBSTONE_MS = 60_000;

/** What is wrong with the keys that the actors have named: without an end, half a session, or nobody's. */
export async function strangeKeys(
  servers: readonly Server[],
  actors: readonly Actor[],
  ending: Ending,
): Promise<string[]> {
  const named = servers.flatMap(({ gate }) =>
    actors.flatMap((actor) => [...(gate?.keysOf(actor) ?? [])]),
  );
  const { cluster } = servers[0]!;
  if (!cluster) return [];
  const lines = [...new Set(named)].map(async (key) => {
    const [fields, ttl] = await Promise.all([cluster.hgetall(key), cluster.pttl(key)]);
    return strange(key, fields, ttl, ending);
  });
  return (await Promise.all(lines)).flat();
}

function strange(
  key: string,
  fields: Readonly<Record<string, string>>,
  ttl: number,
  { deeds, alive, isStrict }: Ending,
): string[] {
  const names = Object.keys(fields);
  if (names.length === 0) return [];
  if (key.endsWith(':user')) {
    const stays = deeds.some(({ intent }) => intent.does === 'disable');
    return [
      ...(names.includes('o') ? [] : ['a record without its log']),
      ...(ttl > 0 || stays ? [] : ['a record without an end']),
    ];
  }
  if (ttl <= 0) return ['a session key without an end'];
  if (names.includes('@x')) {
    const rest = names.filter((name) => !['@x', '@v', '@d'].includes(name) && !/^@=/.test(name));
    return [
      ...rest.map((name) => `a tombstone with the field ${name}`),
      ...(ttl <= TOMBSTONE_MS ? [] : ['a tombstone that lives on']),
    ];
  }
  const missing = OF_SESSION.filter((name) => !names.includes(name));
  if (missing.length > 0) return [`a session key without ${missing.join(' ')}`];
  const handle = key.slice(key.lastIndexOf(':') + 1);
  return isStrict && !alive.has(handle) ? ['a session key that nobody holds'] : [];
}
