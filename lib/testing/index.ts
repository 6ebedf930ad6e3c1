export type { RedisTestNode, ServerAddress } from './cluster-node.js';
export type { SlotRange } from './cluster-nodes.js';
export type { Reply } from './control-connection.js';
export {
  findRedisServer,
  RedisServerNotFoundError,
  type FindRedisServerOptions,
} from './redis-server-binary.js';
export { startRedisCluster, type RedisClusterOptions } from './redis-cluster.js';
export { RedisTestCluster } from './redis-test-cluster.js';
export { startRedisServer, RedisTestServer, type RedisServerOptions } from './redis-server.js';
export type { RedisServerBinary } from './server-program.js';
