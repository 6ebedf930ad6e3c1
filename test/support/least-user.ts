import { readFileSync } from 'node:fs';

/** Credentials as ioredis takes them. */
export interface RedisUser {
  readonly username: string;
  readonly password: string;
}

/** The user of docs/redis.md, as which the apps and stores of the tests work. */
export const LEAST_USER: RedisUser = { username: 'sessions', password: 'CHANGE-ME' };

/** The commands that make it, as docs/redis.md has them: what every app needs, then what options need. */
export function leastUserCommands(): [string, ...string[]][] {
  const page = readFileSync('docs/redis.md', 'utf8');
  const blocks = [...page.matchAll(/^```acl\n(.+?)^```/gms)].map(([, text]) => text!);
  return blocks.map((text) => text.trim().split(/\s+/) as [string, ...string[]]);
}

/** Makes the user on a server. */
export async function addLeastUser(
  command: (...args: [string, ...string[]]) => Promise<unknown>,
): Promise<void> {
  for (const rules of leastUserCommands()) await command(...rules);
}

/** The least user where these are nodes of the cluster that all specs share; others don't know it. */
export function userOfNodes(nodes: unknown): RedisUser | undefined {
  const shared = (process.env['REDIS_CLUSTER_NODES'] ?? '').split(',');
  if (!Array.isArray(nodes)) return undefined;
  const isShared = (nodes as { host?: string; port?: number }[]).every(({ host, port }) =>
    shared.includes(`${host}:${port}`),
  );
  return isShared ? LEAST_USER : undefined;
}

interface WithRedis {
  readonly options?: { readonly redis?: { readonly nodes?: unknown; readonly options?: object } };
}

/** What an app process is told, with the least user where its Redis is the shared cluster and it names no user. */
export function asLeastUser<C extends object>(config: C): C {
  const { options } = config as WithRedis;
  const redis = options?.redis;
  const user = userOfNodes(redis?.nodes);
  if (!user) return config;
  const given = redis?.options as { redisOptions?: object } | undefined;
  const redisOptions = { ...user, ...given?.redisOptions };
  return {
    ...config,
    options: { ...options, redis: { ...redis, options: { ...given, redisOptions } } },
  };
}
