import { startRedisCluster } from '../../../lib/testing/index.js';
import { startApp } from '../../support/app-process.js';
import { Promises, type Scenario } from '../scenario.js';
import { noticedByNobody, underFault } from '../under-fault.js';

/** Nobody listens there. */
const STALE = { host: '127.0.0.1', port: 9 };
/** Five seconds for the store, and the start of a process. */
const LONGEST_MS = 10_000;

export const scenario: Scenario = {
  id: 'F21',
  fault:
    'addresses: one node of the list is stale; all are; Redis sits behind a NAT; Redis names no address of its own',
  promise:
    'a boot that can not succeed ends with an error that names the address and the cause; all others serve',
  run: async () => {
    const promises = new Promises();
    const stale = await boot([STALE]);
    keepRefused(promises, stale, `${STALE.host}:${STALE.port}`);
    const beside = await withCluster({}, (nodes) => boot([STALE, ...nodes]));
    promises.keep(beside.error === undefined, `one stale node: ${beside.error}`);
    const nat = await underFault({ proxied: true }, (rig) => rig.load.goOn(1000), noticedByNobody);
    const nameless = await withCluster(NAMELESS, (nodes) => boot([STALE, ...nodes]));
    keepRefused(promises, nameless, 'cluster-preferred-endpoint-type');
    return {
      figure:
        `all stale: ${told(stale)}; one: ${told(beside)}; behind a NAT ${nat.figure}; ` +
        `without an address: ${told(nameless)}`,
      broken: [...promises.broken, ...nat.broken],
    };
  },
};

const NAMELESS = { 'cluster-preferred-endpoint-type': 'unknown-endpoint' };

/** How a process started. */
interface Boot {
  /** Undefined where it serves. */
  readonly error: string | undefined;
  readonly ms: number;
}

async function boot(nodes: readonly { host: string; port: number }[]): Promise<Boot> {
  const began = performance.now();
  const options = { redis: { nodes } };
  try {
    const app = await startApp({ app: 'faults', platform: 'express', options });
    const ms = performance.now() - began;
    await app.kill();
    return { error: undefined, ms };
  } catch (error) {
    return { error: (error as Error).message, ms: performance.now() - began };
  }
}

async function withCluster<R>(
  config: Record<string, string>,
  work: (nodes: readonly { host: string; port: number }[]) => Promise<R>,
): Promise<R> {
  const cluster = await startRedisCluster({ config });
  try {
    return await work(cluster.addresses);
  } finally {
    await cluster.close();
  }
}

function keepRefused(promises: Promises, { error, ms }: Boot, cause: string): void {
  promises.keep(error?.includes(cause) === true, `the boot did not say ${cause}: ${error}`);
  promises.keep(ms < LONGEST_MS, `the boot failed after ${ms.toFixed(0)} ms`);
}

function told({ error, ms }: Boot): string {
  return `${error === undefined ? 'it boots' : 'an error'} after ${ms.toFixed(0)} ms`;
}
