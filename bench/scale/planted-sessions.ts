import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Cluster } from 'ioredis';
import type { ServerAddress } from 'nest-session/testing';
import { IDLE_MS, SECRET } from '../candidates/candidate.js';
import { contentOf } from '../content.js';

const ABSOLUTE_MS = 24 * 3_600_000;
const PREFIX = 'sess:';
const IN_FLIGHT = 500;
/** Enough to be spread over everything, and few enough to be sent to the load process for each round. */
const COOKIES = 20_000;

const TAG_KEY = Buffer.from(hkdfSync('sha256', SECRET, PREFIX, 'nest-session token tag v1', 32));

/**
 * Writes anonymous sessions into Redis as docs/format.md says, since a million by HTTP would take the better part of an hour.
 *
 * @returns cookies of some of them, evenly spread
 */
export async function plantSessions(
  nodes: readonly ServerAddress[],
  count: number,
  bytes: number,
): Promise<string[]> {
  const client = new Cluster([...nodes], { redisOptions: { protocol: 2 } });
  const fields = storedFields(bytes);
  const every = Math.max(1, Math.floor(count / COOKIES));
  const cookies: string[] = [];
  for (let at = 0; at < count; at += IN_FLIGHT) {
    const batch = Math.min(IN_FLIGHT, count - at);
    const planted = Array.from({ length: batch }, () => plant(client, fields));
    (await Promise.all(planted)).forEach((cookie, index) => {
      if ((at + index) % every === 0) cookies.push(cookie);
    });
  }
  client.disconnect();
  return cookies;
}

async function plant(client: Cluster, fields: Record<string, string>): Promise<string> {
  const home = randomBytes(15).toString('base64url');
  const selector = randomBytes(12).toString('base64url');
  const secret = randomBytes(32).toString('base64url');
  const untagged = `A${home}${selector}${secret}`;
  const tag = createHmac('sha256', TAG_KEY).update(untagged, 'ascii').digest().subarray(0, 12);
  const key = `${PREFIX}{${home}}:${selector}`;
  const now = Date.now();
  const own = {
    '@s': createHash('sha256').update(secret, 'ascii').digest('base64url'),
    '@m': `${now} ${now + ABSOLUTE_MS} ${IDLE_MS}`,
    '@t': String(now),
    '@v': randomBytes(8).toString('base64url'),
  };
  await Promise.all([
    client.hset(key, { ...own, ...fields }),
    client.pexpireat(key, now + IDLE_MS),
  ]);
  return `__Host-sid=${untagged}${tag.toString('base64url')}`;
}

/** Texts of the data fields. None of the strings among them is valid JSON, so each is stored as it is. */
function storedFields(bytes: number): Record<string, string> {
  const texts = Object.entries(contentOf(bytes)).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  const size = texts.reduce((sum, [name, text]) => sum + name.length + text.length, 0);
  return { ...Object.fromEntries(texts), '@z': String(size) };
}
