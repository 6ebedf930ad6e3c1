import type { RedisTestCluster } from 'nest-session/testing';
import type { Effort } from '../effort.js';
import { median } from '../report/statistics.js';
import type { Subject } from '../subject.js';
import type { OpenLab } from './part.js';

/** What one session takes in the memory of a master. */
export interface MemoryRow {
  readonly settings: string;
  readonly bytes: number;
  readonly visitor: Subject['visitor'];
  /** Bytes of the session's key, by MEMORY USAGE: the middle one of all. */
  readonly session: number;
  /** Bytes of the user's record; none of an anonymous visitor. */
  readonly record: number;
}

/** Of hashes, as docs/redis.md recommends it. */
const RECOMMENDED = { 'hash-max-listpack-value': '1024' };
const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  default: {},
  recommended: RECOMMENDED,
};
const SIZES = [200, 2000, 20_000, 200_000];

/** Sessions as the library makes them, anonymous and of users with one each, in every size and with both settings. */
export async function measureMemory(
  open: OpenLab,
  subjects: readonly Subject[],
  { name }: Effort,
  sizes: readonly number[] = SIZES,
): Promise<MemoryRow[]> {
  const rows: MemoryRow[] = [];
  for (const [settings, config] of Object.entries(SETTINGS)) {
    const lab = await open({ config });
    for (const bytes of sizes) {
      for (const subject of subjects) {
        const count = name === 'full' && bytes < 100_000 ? 500 : 50;
        await lab.makeSessions(subject, bytes, count);
        rows.push({ settings, bytes, visitor: subject.visitor, ...(await usage(lab.cluster)) });
        await lab.flush();
      }
    }
  }
  return rows;
}

async function usage(cluster: RedisTestCluster): Promise<Pick<MemoryRow, 'session' | 'record'>> {
  const sessions: number[] = [];
  const records: number[] = [];
  for (const node of mastersOf(cluster)) {
    for (const key of (await cluster.command(node, 'KEYS', 'sess:{*')) as string[]) {
      // What a login leaves of the session it took the place of lasts a minute.
      if (Number(await cluster.command(node, 'HEXISTS', key, '@x')) === 1) continue;
      const bytes = Number(await cluster.command(node, 'MEMORY', 'USAGE', key, 'SAMPLES', 0));
      (key.endsWith(':user') ? records : sessions).push(bytes);
    }
  }
  return { session: median(sessions), record: records.length === 0 ? 0 : median(records) };
}

function mastersOf(cluster: RedisTestCluster): RedisTestCluster['nodes'] {
  return cluster.nodes.filter(({ role }) => role === 'master');
}
