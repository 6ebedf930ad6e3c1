import type { RedisTestCluster } from '../../lib/testing/index.js';

declare global {
  var redisTestCluster: RedisTestCluster | undefined;
}

/** Ends what the setup has started. */
export default async function teardown(): Promise<void> {
  await globalThis.redisTestCluster?.close();
}
