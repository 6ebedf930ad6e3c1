import { randomBytes } from 'node:crypto';
import type { AppConfig, Platform } from '../apps/app-config.js';
import { allOrNone, clusterNodes, startApp, type AppProcess } from './app-process.js';
import { range } from './in-flight.js';
import { SessionKeys } from './session-keys.js';

/** Several servers of one app over one cluster, with the test's own look into Redis. */
export interface AppFleet {
  readonly servers: readonly AppProcess[];
  readonly keys: SessionKeys;
  /** Address of a path on one of the servers, counted round. */
  url(server: number, path: string): string;
}

export interface FleetConfig extends Omit<AppConfig, 'options' | 'server' | 'env' | 'platform'> {
  /** Of all servers, or of one after the other. */
  readonly platform: Platform | readonly Platform[];
  /** Nodes of another cluster than the one that all specs share. */
  readonly nodes?: () => { host: string; port: number }[];
  /** Number of processes; default 2. */
  readonly servers?: number;
  /** Further environment of the processes; of a function it is asked for each server when it starts. */
  readonly env?: AppConfig['env'] | ((server: number) => AppConfig['env']);
  /** Options of SessionModule, over the fleet's own; of a function it is asked for each server when it starts. */
  readonly options?: AppConfig['options'] | ((server: number) => AppConfig['options']);
}

/**
 * Starts the servers before the tests of the describe block and stops them afterwards, when every key they left in Redis has
 * been found sound. Each fleet has a key prefix of its own.
 */
export function useFleet(fleet: FleetConfig): AppFleet {
  const { servers: count = 2, nodes: nodesOf = clusterNodes, options, env, ...config } = fleet;
  const platforms = [fleet.platform].flat();
  const keyPrefix = `sess:${config.app}-${platforms.join('-')}-${randomBytes(6).toString('hex')}:`;
  let servers: AppProcess[] = [];
  let keys: SessionKeys | undefined;
  beforeAll(async () => {
    const nodes = nodesOf();
    const redis = { nodes };
    keys = new SessionKeys(nodes, keyPrefix);
    servers = await allOrNone(
      range(count).map((at) =>
        startApp({
          ...config,
          platform: platforms[at % platforms.length]!,
          server: `server-${at + 1}`,
          options: { redis, keyPrefix, deadline: '10s', ...valueFor(at, options) },
          env: valueFor(at, env) ?? {},
        }),
      ),
    );
  });
  afterAll(async () => {
    try {
      await keys?.expectSoundKeys();
    } finally {
      await keys?.close();
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
  return {
    get servers() {
      return servers;
    },
    get keys() {
      return keys!;
    },
    url: (server, path) => `${servers[server % servers.length]!.url}${path}`,
  };
}

function valueFor<T extends object>(
  server: number,
  value: T | ((server: number) => T | undefined) | undefined,
): T | undefined {
  return typeof value === 'function' ? value(server) : value;
}
