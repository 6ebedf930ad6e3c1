import { clusterProblems, nodeProblems } from './cluster-options-check.js';
import { problem, type OptionCheck } from './option-check.js';
import { isPlainObject } from './simple-checks.js';

/** `redis.client`: a Cluster or Redis of ioredis, without options that would make sessions vanish. */
export const isAllowedClient: OptionCheck = (value, site) => {
  if (!isIoredisClient(value)) {
    return [
      problem(
        site.path,
        value,
        isNodeRedis(value)
          ? 'it is a client of the package redis, which is not supported'
          : 'it must be a Cluster or Redis of ioredis',
        "Make one with new Cluster([{ host, port }]) from 'ioredis', or give redis.nodes instead.",
      ),
    ];
  }
  const { options } = value;
  if (!isPlainObject(options)) return [];
  const check = isClusterClient(value) ? clusterProblems : nodeProblems;
  return check(options, `${site.path}.options`, site);
};

/** True for a Cluster of any copy of ioredis. */
function isClusterClient(client: object): boolean {
  return (client as { readonly isCluster?: unknown }).isCluster === true;
}

/** Told by its members: two copies of ioredis may be installed, whose classes differ. */
export function isIoredisClient(value: unknown): value is { readonly options?: unknown } {
  if (typeof value !== 'object' || value === null) return false;
  const client = value as Record<string, unknown>;
  return (
    isClusterClient(client) ||
    (typeof client.status === 'string' &&
      typeof client.hgetall === 'function' &&
      typeof client.defineCommand === 'function')
  );
}

function isNodeRedis(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'hGetAll' in value;
}
