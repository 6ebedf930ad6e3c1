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
    'a boot that can not succeed ends with an error that names the address; all others serve',
  run: async () => {
    const promises = new Promises();
    const began = performance.now();
    const error = await bootError();
    const took = performance.now() - began;
    promises.keep(error.includes(`${STALE.host}:${STALE.port}`), `the boot said: ${error}`);
    promises.keep(took < LONGEST_MS, `the boot failed after ${took.toFixed(0)} ms`);
    const nat = await underFault({ proxied: true }, (rig) => rig.load.goOn(1000), noticedByNobody);
    const nameless = await bootsWithoutEndpoint();
    promises.keep(
      nameless === undefined,
      `cluster-preferred-endpoint-type unknown-endpoint: ${nameless}`,
    );
    return {
      figure: `boot error after ${took.toFixed(0)} ms; behind a NAT ${nat.figure}; without an endpoint ${nameless === undefined ? 'it boots' : 'it does not boot'}`,
      broken: [...promises.broken, ...nat.broken],
    };
  },
};

async function bootError(): Promise<string> {
  try {
    const app = await startApp({
      app: 'faults',
      platform: 'express',
      options: { redis: { nodes: [STALE] } },
    });
    await app.kill();
    return 'it booted';
  } catch (error) {
    return (error as Error).message;
  }
}

/** @returns why an app does not boot over a cluster that tells no addresses, beside a stale one */
async function bootsWithoutEndpoint(): Promise<string | undefined> {
  const cluster = await startRedisCluster({
    config: { 'cluster-preferred-endpoint-type': 'unknown-endpoint' },
  });
  try {
    const nodes = [STALE, ...cluster.addresses];
    const app = await startApp({
      app: 'faults',
      platform: 'express',
      options: { redis: { nodes } },
    });
    await app.kill();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await cluster.close();
  }
}
