import { execFileSync } from 'node:child_process';
import Module from 'node:module';
import type { RedisTestCluster } from '../../lib/testing/index.js';

declare global {
  var redisTestCluster: RedisTestCluster | undefined;
}

interface Resolver {
  _resolveFilename: (request: string, ...rest: unknown[]) => string;
}

/**
 * Compiles the test apps, and starts one cluster for all specs of the run; they reach it by REDIS_CLUSTER_NODES. Apps and stores
 * work there as the user of docs/redis.md, the tests' own looks as the default user.
 */
export default async function setup(): Promise<void> {
  execFileSync(process.execPath, ['test/support/compile-apps.mjs'], { stdio: 'inherit' });
  const { startRedisCluster } = await importTypeScript(() => import('../../lib/testing/index.js'));
  const { addLeastUser } = await importTypeScript(() => import('./least-user.js'));
  const cluster = await startRedisCluster({ log: (line) => console.log(line) });
  globalThis.redisTestCluster = cluster;
  for (const node of cluster.nodes) {
    await addLeastUser((...command) => cluster.command(node, ...command));
  }
  process.env['REDIS_CLUSTER_NODES'] = cluster.addresses
    .map(({ host, port }) => `${host}:${port}`)
    .join(',');
}

/**
 * Jest transforms what a global setup imports, but its moduleNameMapper does not hold there:
 * meanwhile `./name.js` means `./name.ts` where only that exists.
 */
async function importTypeScript<T>(load: () => Promise<T>): Promise<T> {
  const resolver = Module as unknown as Resolver;
  const original = resolver._resolveFilename;
  resolver._resolveFilename = (request, ...rest) => {
    try {
      return original.call(resolver, request, ...rest);
    } catch (error) {
      if (!/^\..*\.js$/.test(request)) throw error;
      return original.call(resolver, request.replace(/\.js$/, '.ts'), ...rest);
    }
  };
  try {
    return await load();
  } finally {
    resolver._resolveFilename = original;
  }
}
