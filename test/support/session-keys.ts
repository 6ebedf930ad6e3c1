import type { ConnectionOptions } from 'node:tls';
import { Cluster } from 'ioredis';

/** One key as it is stored. */
export interface StoredKey {
  readonly key: string;
  /** Milliseconds to live: -1 where it has no end. */
  readonly ttl: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** A test's own look at the keys of one prefix, on all masters. */
export class SessionKeys {
  readonly redis: Cluster;

  constructor(
    nodes: readonly { host: string; port: number }[],
    readonly prefix: string,
    tls?: ConnectionOptions,
  ) {
    this.redis = new Cluster([...nodes], { redisOptions: { protocol: 2, ...(tls && { tls }) } });
  }

  /** Names of all keys under the prefix. */
  async names(): Promise<string[]> {
    // A master that was killed a moment ago may still be in the table.
    await new Promise<void>((resolve) => this.redis.refreshSlotsCache(() => resolve()));
    const found = await Promise.all(
      this.redis.nodes('master').map(async (node) => {
        const names: string[] = [];
        for (let cursor = '0', more = true; more; more = cursor !== '0') {
          const page = await node.scan(cursor, 'MATCH', `${this.prefix}*`, 'COUNT', 1000);
          cursor = page[0];
          names.push(...page[1]);
        }
        return names;
      }),
    );
    return [...new Set(found.flat())];
  }

  /** All keys of sessions and users under the prefix, with what they hold. */
  async all(): Promise<StoredKey[]> {
    const names = (await this.names()).filter((name) => !isOfAllSessions(name));
    const keys = await Promise.all(
      names.map(async (key) => ({
        key,
        fields: await this.redis.hgetall(key),
        ttl: await this.redis.pttl(key),
      })),
    );
    // -2: it ended while it was looked at. Fields first: else it could end between a good ttl and no fields.
    return keys.filter(({ ttl }) => ttl !== -2);
  }

  /** The keys that hold a session: more than word of one that was ended. */
  async sessions(): Promise<StoredKey[]> {
    const keys = await this.all();
    return keys.filter((key) => !isTombstone(key.fields) && !isUserRecord(key));
  }

  /** Key of the session a token stands for. */
  keyOf(token: string): string {
    return `${this.prefix}{${token.slice(1, 21)}}:${token.slice(21, 37)}`;
  }

  /** Key of the record of the user a token belongs to. */
  recordOf(token: string): string {
    return `${this.prefix}{${token.slice(1, 21)}}:user`;
  }

  /** Data fields of the session a token stands for, as they are stored. */
  async fieldsOf(token: string): Promise<Record<string, string>> {
    const fields = await this.redis.hgetall(this.keyOf(token));
    return Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith('@')));
  }

  /**
   * Every key under the prefix ends some day, and is a whole session, word of one that was ended, or a user's record. That of a
   * disabled user stays.
   */
  async expectSoundKeys(): Promise<void> {
    expect(await this.unsound()).toEqual([]);
  }

  /** Names of indexes and hints that never end, and the keys that {@link expectSoundKeys} finds wrong. */
  async unsound(): Promise<(string | StoredKey)[]> {
    const index = (await this.names()).filter(isIndex);
    const lives = await Promise.all(index.map((name) => this.redis.pttl(name)));
    const keys = await this.all();
    return [
      ...index.filter((_, n) => lives[n] === -1),
      ...keys.filter(({ ttl, fields }) => ttl <= 0 && !('d' in fields)),
      ...keys.filter(
        (key) => !isUserRecord(key) && !isTombstone(key.fields) && !isWhole(key.fields),
      ),
    ];
  }

  async close(): Promise<void> {
    await this.redis.quit();
  }
}

/** Fields without which a hash is no session. */
const OWN_FIELDS = ['@s', '@m', '@t', '@v', '@o', '@z'];

function isWhole(fields: StoredKey['fields']): boolean {
  return OWN_FIELDS.every((name) => name in fields);
}

function isTombstone(fields: StoredKey['fields']): boolean {
  const names = Object.keys(fields).filter((name) => !name.startsWith('@=') && name !== '@d');
  return names.sort().join() === '@v,@x';
}

/** No session's and no user's: the index of ends, hints, and that everyone was logged out. */
function isOfAllSessions(name: string): boolean {
  return isIndex(name) || name.endsWith(':everyone');
}

function isIndex(name: string): boolean {
  return /\}:(expiry|owners|hints)$/.test(name);
}

function isUserRecord({ key, fields }: StoredKey): boolean {
  return key.endsWith('}:user') && 'o' in fields;
}
