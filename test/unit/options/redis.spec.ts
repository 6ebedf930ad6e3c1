import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import { adviseClient } from '../../../lib/options/client-advice.js';
import { NODES, problemsOf, resolve } from './given-options.js';

const made: (Cluster | Redis)[] = [];

afterAll(() => made.forEach((client) => client.disconnect()));

function cluster(options: ClusterOptions = {}): Cluster {
  const client = new Cluster(NODES, { ...options, lazyConnect: true });
  made.push(client);
  return client;
}

function single(options: RedisOptions = {}): Redis {
  const client = new Redis({ ...options, lazyConnect: true });
  made.push(client);
  return client;
}

const INSECURE = { tls: { rejectUnauthorized: false } };

describe('redis.nodes', () => {
  it.each([
    ['nothing', {}, 'redis.nodes: nothing was given, but the library must know at least one node'],
    ['no node', { nodes: [] }, 'redis.nodes: an empty array was given'],
    ['one node not in an array', { nodes: NODES[0] }, 'redis.nodes: an object was given'],
    ['a port', { nodes: [6379] }, 'redis.nodes[0]: 6379 was given'],
    ['no host', { nodes: [{ port: 1 }] }, 'redis.nodes[0].host: nothing was given'],
    [
      'a url as host',
      { nodes: [{ host: 'redis://a' }] },
      "redis.nodes[0].host: 'redis://a' was given",
    ],
    [
      'a port in words',
      { nodes: [{ host: 'a', port: '6379' }] },
      "redis.nodes[0].port: '6379' was given",
    ],
    ['port 0', { nodes: [{ host: 'a', port: 0 }] }, 'from 1 to 65535'],
    [
      'a password at a node',
      { nodes: [{ host: 'a', password: 'pass-of-redis' }] },
      'redis.options.redisOptions.password',
    ],
    ['a host without scheme', { nodes: ['10.0.0.1:6379'] }, 'it is not the address of a node'],
    ['another scheme', { nodes: ['http://10.0.0.1:6379'] }, 'it is not the address of a node'],
    ['credentials', { nodes: ['redis://me:pass-of-redis@a:1'] }, 'would reach this one node only'],
    ['a database', { nodes: ['redis://a:1/2'] }, 'a cluster has only database 0'],
    ['TLS for some', { nodes: ['redis://a:1', 'rediss://b:1'] }, 'some would be met without TLS'],
    ['nodes and a client', { nodes: NODES, client: single() }, 'Drop redis.nodes or redis.client.'],
  ])('is refused: %s', (_case, redis, expected) => {
    const problems = problemsOf({ redis });
    expect(problems).toEqual([expect.stringContaining(expected)]);
    expect(problems[0]).not.toContain('pass-of-redis');
  });

  it.each([
    ['redis://10.0.0.1:7000', { host: '10.0.0.1', port: 7000 }],
    ['redis://node.example', { host: 'node.example', port: 6379 }],
    ['redis://[fd00::1]:7000/0', { host: 'fd00::1', port: 7000 }],
    [{ host: 'node.example' }, { host: 'node.example', port: 6379 }],
    [
      { host: 'fd00::1', port: 7000 },
      { host: 'fd00::1', port: 7000 },
    ],
  ])('takes %p', (node, address) => {
    expect(resolve({ redis: { nodes: [node] } }).redis?.nodes).toEqual([address]);
  });

  it("turns TLS on for all nodes by 'rediss://', and keeps its options", () => {
    const nodes = ['rediss://a:1', 'rediss://b:1'];
    const tlsOf = (redis: object): unknown => resolve({ redis }).redis?.options?.redisOptions?.tls;
    expect(tlsOf({ nodes })).toEqual({});
    expect(tlsOf({ nodes, options: { redisOptions: { tls: { ca: 'x' } } } })).toEqual({ ca: 'x' });
    expect(tlsOf({ nodes: NODES })).toBeUndefined();
  });
});

describe.each([
  ['redis.options', (options: ClusterOptions) => ({ nodes: NODES, options })],
  ['redis.client.options', (options: ClusterOptions) => ({ client: cluster(options) })],
])('%s', (path, redisOf) => {
  it.each<[string, ClusterOptions, string]>([
    ['enableAutoPipelining', { enableAutoPipelining: true }, 'silently answered as missing'],
    [
      'redisOptions.enableAutoPipelining',
      { redisOptions: { enableAutoPipelining: true } },
      'answered as missing',
    ],
    ['scaleReads', { scaleReads: 'slave' }, "must be 'master'"],
    ['scaleReads', { scaleReads: () => undefined }, "must be 'master'"],
    ['keyPrefix', { keyPrefix: 'app:' }, 'the option keyPrefix of SessionModule'],
    [
      'redisOptions.replyMapping',
      { redisOptions: { protocol: 3, replyMapping: 'resp3' } },
      "in the shape 'legacy'",
    ],
    [
      'redisOptions.stringNumbers',
      { redisOptions: { stringNumbers: true } },
      'as text instead of numbers',
    ],
  ])('is refused for %s', (name, options, expected) => {
    expect(problemsOf({ redis: redisOf(options) })).toEqual([
      expect.stringMatching(new RegExp(`^${path}.${name}: .*${expected}`)),
    ]);
  });

  it('is refused once for a prefix at the nodes', () => {
    expect(problemsOf({ redis: redisOf({ redisOptions: { keyPrefix: 'app:' } }) })).toEqual([
      expect.stringContaining("keyPrefix: 'app:' was given"),
    ]);
  });

  it('is refused in production for TLS that checks nothing, and told of elsewhere', () => {
    const redis = redisOf({
      enableOfflineQueue: false,
      redisOptions: { ...INSECURE, socketTimeout: 1, commandTimeout: 1 },
    });
    expect(problemsOf({ redis }, true)).toEqual([
      expect.stringContaining(`${path}.redisOptions.tls.rejectUnauthorized: false was given`),
    ]);
    expect(resolve({ redis }).warnings).toEqual([
      expect.stringContaining('rejectUnauthorized is false'),
    ]);
  });

  it('passes with what is the default anyway', () => {
    const options: ClusterOptions = {
      enableAutoPipelining: false,
      scaleReads: 'master',
      keyPrefix: '',
    };
    expect(problemsOf({ redis: redisOf(options) }, true)).toEqual([]);
  });
});

describe('redis.options', () => {
  it.each([
    ['no object', { nodes: NODES, options: 'x' }, "ioredis' ClusterOptions"],
    ['options beside a client', { client: single(), options: {} }, 'has its options already'],
  ])('is refused: %s', (_case, redis, expected) => {
    expect(problemsOf({ redis })).toEqual([expect.stringMatching(`^redis.options: .*${expected}`)]);
  });

  it('warns of an offline queue', () => {
    const redis = { nodes: NODES, options: { enableOfflineQueue: true } };
    expect(resolve({ redis }).warnings).toEqual([
      expect.stringContaining('enableOfflineQueue is true'),
    ]);
  });
});

describe('redis.client', () => {
  it.each([
    ['null', null, 'a Cluster or Redis of ioredis'],
    ['an address', 'redis://a', 'a Cluster or Redis of ioredis'],
    ['no client', {}, 'a Cluster or Redis of ioredis'],
    ['a promise of one', Promise.resolve(single()), 'a Promise was given'],
    [
      'a client of the package redis',
      { hGetAll: () => undefined, isOpen: true },
      'the package redis',
    ],
  ])('is refused: %s', (_case, client, expected) => {
    expect(problemsOf({ redis: { client } })).toEqual([expect.stringContaining(expected)]);
  });

  it.each<[string, RedisOptions]>([
    ['keyPrefix', { keyPrefix: 'app:' }],
    ['enableAutoPipelining', { enableAutoPipelining: true }],
    ['tls.rejectUnauthorized', INSECURE],
  ])('is refused in production for a Redis with %s', (name, options) => {
    expect(problemsOf({ redis: { client: single(options) } }, true)).toEqual([
      expect.stringMatching(`^redis.client.options.${name}: `),
    ]);
  });

  it('may come from another copy of ioredis', () => {
    const clientLike = { status: 'ready', hgetall: () => [], defineCommand: () => undefined };
    expect(problemsOf({ redis: { client: clientLike } })).toEqual([]);
    expect(problemsOf({ redis: { client: { isCluster: true } } })).toEqual([]);
  });

  it.each<[string, Cluster | Redis, string[]]>([
    [
      'a Cluster',
      cluster(),
      [
        'new Cluster(nodes, { enableOfflineQueue: false })',
        'new Cluster(nodes, { redisOptions: { socketTimeout: 1000 } })',
        'new Cluster(nodes, { redisOptions: { commandTimeout: 400 } })',
      ],
    ],
    [
      'a Redis',
      single(),
      [
        'new Redis({ enableOfflineQueue: false })',
        'new Redis({ socketTimeout: 1000 })',
        'new Redis({ commandTimeout: 400 })',
      ],
    ],
    [
      'half of it',
      single({ enableOfflineQueue: false, commandTimeout: 9 }),
      ['new Redis({ socketTimeout: 1000 })'],
    ],
  ])('that waits too long brings a warning with the line to change: %s', (_case, client, lines) => {
    expect(adviseClient(client)).toEqual(
      lines.map((line): unknown => expect.stringContaining(`Write ${line}.`)),
    );
    expect(resolve({ redis: { client } }).warnings).toEqual(adviseClient(client));
  });

  it.each([
    [
      'Cluster',
      cluster({ enableOfflineQueue: false, redisOptions: { socketTimeout: 1, commandTimeout: 1 } }),
    ],
    ['Redis', single({ enableOfflineQueue: false, socketTimeout: 1, commandTimeout: 1 })],
  ])('that fails fast brings no warning: %s', (_case, client) => {
    expect(adviseClient(client)).toEqual([]);
  });
});
