import type { Redis } from 'ioredis';
import { isCluster, type RedisClient } from './redis-client.js';

/**
 * Sees to the replies of ASKING. ioredis sends it ahead of a command that a moving slot redirects, and leaves its promise to nobody: a node
 * that does not answer in time would end the process by an unhandled rejection. What went wrong is told by the command itself.
 * @returns takes it back for nodes that are added later
 */
export function handleAsking(client: RedisClient): () => void {
  if (!isCluster(client)) return () => undefined;
  for (const node of client.nodes('all')) handle(node);
  client.on('+node', handle);
  return () => client.off('+node', handle);
}

function handle(node: Redis): void {
  const ask = node.asking.bind(node) as (...args: unknown[]) => Promise<'OK'>;
  node.asking = (...args: unknown[]) => {
    const reply = ask(...args);
    reply.catch(() => undefined);
    return reply;
  };
}
