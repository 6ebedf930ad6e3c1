/** Injects the ioredis client the sessions use: the module's own Cluster, or the one given to it. Undefined with the embedded store. */
export const SESSION_REDIS: unique symbol = Symbol('nest-session:redis');
