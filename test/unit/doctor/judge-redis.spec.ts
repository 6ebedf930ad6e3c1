import { readFileSync } from 'node:fs';
import { findingLine } from '../../../lib/doctor/boot-examination.js';
import type { DoctorFinding } from '../../../lib/doctor/doctor-finding.js';
import { judgeRedis } from '../../../lib/doctor/judge-redis.js';
import type { NodeFacts, RedisFacts } from '../../../lib/doctor/redis-facts.js';
import { ROOT } from '../../package/packed-library.js';

type Lines = Readonly<Record<string, string>>;

const ADDRESS = '10.0.0.1:6379';

/** What a master of a cluster as recommended tells. */
const INFO: Lines = {
  redis_version: '7.2.11',
  maxmemory: '1000000000',
  maxmemory_policy: 'noeviction',
  aof_enabled: '1',
  connected_slaves: '2',
  slave0: 'ip=10.0.0.2,port=6379,state=online,offset=1,lag=0',
  slave1: 'ip=10.0.0.3,port=6379,state=online,offset=1,lag=1',
  min_slaves_good_slaves: '2',
  cluster_state: 'ok',
};
const CONFIG: Lines = {
  maxmemory: '1000000000',
  'maxmemory-policy': 'noeviction',
  'min-replicas-to-write': '1',
  'min-replicas-max-lag': '3',
  'cluster-node-timeout': '5000',
  'cluster-require-full-coverage': 'no',
  'hash-max-listpack-value': '1024',
  appendonly: 'yes',
  save: '',
};
const ONE_REPLICA: Lines = { slave1: '' };
const REPLICA: Partial<NodeFacts> = { role: 'replica' };

function node(info: Lines = {}, config: Lines = {}, other: Partial<NodeFacts> = {}): NodeFacts {
  return {
    node: ADDRESS,
    role: 'master',
    host: '10.0.0.1',
    info: new Map(Object.entries({ ...INFO, ...info })),
    config: new Map(Object.entries({ ...CONFIG, ...config })),
    refused: [],
    ...other,
  };
}

function judge(nodes: readonly NodeFacts[], facts: Partial<RedisFacts> = {}): DoctorFinding[] {
  return judgeRedis({ cluster: true, user: 'sessions', failoverDeadline: 9500, nodes, ...facts });
}

describe('The doctor', () => {
  it('finds nothing in the recommended cluster', () => {
    expect(judge([node(), node({}, {}, REPLICA)])).toEqual([]);
  });

  it.each<[string, NodeFacts, string]>([
    ['keys are evicted', node({ maxmemory_policy: 'allkeys-lru' }), 'danger maxmemory-policy'],
    [
      'keys with an end are evicted',
      node({ maxmemory_policy: 'volatile-lru' }),
      'warning maxmemory-policy',
    ],
    ['those that end soonest are evicted', node({ maxmemory_policy: 'volatile-ttl' }), ''],
    ['there is no limit', node({ maxmemory: '0' }), 'note maxmemory'],
    [
      'there is no limit yet and keys would be evicted',
      node({ maxmemory: '0', maxmemory_policy: 'allkeys-lfu' }),
      'note maxmemory-policy, note maxmemory',
    ],
    [
      'no replica has to hear of a write',
      node({}, { 'min-replicas-to-write': '0' }),
      'warning min-replicas',
    ],
    [
      'the only replica need not hear of a write',
      node(ONE_REPLICA, { 'min-replicas-to-write': '0' }),
      'note min-replicas',
    ],
    ['replicas may lag long', node({}, { 'min-replicas-max-lag': '10' }), 'note min-replicas'],
    ['lag is not looked at', node({}, { 'min-replicas-max-lag': '0' }), 'warning min-replicas'],
    [
      'a dead master is noticed late',
      node({}, { 'cluster-node-timeout': '15000' }),
      'warning node-timeout',
    ],
    [
      'a dead master is noticed a little late',
      node({}, { 'cluster-node-timeout': '8000' }),
      'note node-timeout',
    ],
    [
      'a slow master is taken for dead',
      node({}, { 'cluster-node-timeout': '1000' }),
      'note node-timeout',
    ],
    [
      'one lost shard stops all',
      node({}, { 'cluster-require-full-coverage': 'yes' }),
      'warning full-coverage',
    ],
    ['slots are not served', node({ cluster_state: 'fail' }), 'danger slots-missing'],
    [
      'a master has no replica',
      node({ connected_slaves: '0', slave0: '', slave1: '' }),
      'danger replicas',
    ],
    [
      'a replica is still copying',
      node({ connected_slaves: '1', slave0: 'ip=10.0.0.2,state=wait_bgsave', slave1: '' }),
      'danger replicas',
    ],
    [
      'a replica lost its master',
      node({ master_link_status: 'down' }, {}, REPLICA),
      'warning replica-link',
    ],
    [
      'a replica is beside its master',
      node({ master_host: '10.0.0.1' }, {}, REPLICA),
      'note same-host',
    ],
    [
      'all run on one machine for a test',
      node({ master_host: '127.0.0.1' }, {}, { ...REPLICA, host: '127.0.0.1' }),
      '',
    ],
    [
      'addresses are not those that nodes know',
      node({ master_host: '10.0.0.1' }, {}, { ...REPLICA, host: undefined }),
      '',
    ],
    [
      'fields leave the compact form early',
      node({}, { 'hash-max-listpack-value': '64' }),
      'note listpack-value',
    ],
    ['nothing is kept on disk', node({ aof_enabled: '0' }), 'warning persistence'],
    [
      'only snapshots are kept',
      node({ aof_enabled: '0' }, { save: '3600 1' }),
      'warning persistence',
    ],
    ['it is older than 7', node({ redis_version: '6.2.20' }), 'danger version'],
    ['it is 7.0, which distributions patch', node({ redis_version: '7.0.15' }), 'note version'],
    ['it lacks the patches', node({ redis_version: '7.2.10' }), 'warning version'],
    ['it has the patches', node({ redis_version: '8.0.4' }), ''],
    ['its series ended without them', node({ redis_version: '7.3.241' }), 'warning version'],
    ['it is newer than the advisories', node({ redis_version: '8.4.0' }), ''],
    [
      'it is a Valkey without the patches',
      node({ redis_version: '7.2.4', valkey_version: '8.1.3' }),
      'warning version',
    ],
    ['it is a patched Valkey', node({ redis_version: '7.2.4', valkey_version: '8.1.4' }), ''],
    ['a master does not answer', node({}, {}, { failure: 'no answer' }), 'danger node-unreachable'],
    [
      'a replica does not answer',
      node({}, {}, { ...REPLICA, failure: 'x' }),
      'warning node-unreachable',
    ],
  ])('where %s finds just that', (_, facts, expected) => {
    const well = node({}, {}, { node: '10.0.0.9:6379' });
    const found = judge([well, facts]);
    expect(found.map(({ severity, id }) => `${severity} ${id}`).join(', ')).toBe(expected);
    for (const { nodes } of found) expect(nodes).toEqual([ADDRESS]);
  });

  it('says of a single server that nothing can take over, and not what only clusters have', () => {
    const single = node(
      { connected_slaves: '0', slave0: '', slave1: '' },
      { 'cluster-node-timeout': '15000', 'cluster-require-full-coverage': 'yes' },
    );
    expect(judge([single], { cluster: false })).toEqual([
      expect.objectContaining({ id: 'replicas', severity: 'note' }),
    ]);
  });

  it.each([
    [5000, 9499, 'warning failover-deadline'],
    [5000, 9500, ''],
    [3000, 5000, 'warning failover-deadline'],
    [5000, 0, ''],
    [15_000, 9500, 'warning node-timeout'],
  ])(
    'where nodes have a timeout of %s ms, and operations wait %s ms for a failover, finds just "%s"',
    (timeout, failoverDeadline, expected) => {
      const facts = node({}, { 'cluster-node-timeout': String(timeout) });
      const found = judge([facts], { failoverDeadline });
      expect(found.map(({ severity, id }) => `${severity} ${id}`).join(', ')).toBe(expected);
    },
  );

  it('tells of several nodes once, the worst first', () => {
    const low = { node: '10.0.0.2:6379' };
    const found = judge([
      node({}, { 'hash-max-listpack-value': '64' }),
      node({ maxmemory_policy: 'allkeys-lru' }, { 'hash-max-listpack-value': '64' }, low),
    ]);
    expect(found.map(({ id, nodes }) => [id, nodes])).toEqual([
      ['maxmemory-policy', ['10.0.0.2:6379']],
      ['listpack-value', [ADDRESS, '10.0.0.2:6379']],
    ]);
  });

  it('uses what INFO tells where CONFIG GET is forbidden, and names the rule that would allow it', () => {
    const refused = [{ command: 'config|get', why: 'forbidden' } as const];
    const facts = node(
      { maxmemory_policy: 'allkeys-lru', aof_enabled: '0' },
      {},
      { refused, config: new Map() },
    );
    const found = judge([{ ...facts, info: without(facts.info, 'min_slaves_good_slaves') }]);
    expect(found.map(({ id }) => id)).toEqual([
      'maxmemory-policy',
      'min-replicas',
      'persistence',
      'unreadable',
    ]);
    expect(found.at(-1)!.cure).toContain('ACL SETUSER sessions +config|get');
  });

  it('claims nothing where nothing may be looked at', () => {
    const refused = ['info', 'config|get'].map((command) => ({ command, why: 'unknown' as const }));
    const found = judge([node({}, {}, { refused, info: new Map(), config: new Map() })]);
    expect(found.map(({ id }) => id)).toEqual(['unreadable', 'unreadable']);
  });

  it.each([
    [
      'no node answers',
      [node({}, {}, { failure: 'connect ECONNREFUSED' })],
      'connect ECONNREFUSED',
    ],
    ['the client knows no node', [], 'the client knows none'],
  ])('says that the store is down where %s', (_, nodes, why) => {
    expect(judge(nodes)).toEqual([
      expect.objectContaining({
        id: 'store-down',
        severity: 'danger',
        nodes: [],
        found: expect.stringContaining(why) as string,
      }),
    ]);
  });

  it('writes a finding on one line that names three of its nodes', () => {
    const nodes = [1, 2, 3, 4, 5].map((last) =>
      node({ maxmemory_policy: 'allkeys-lru' }, {}, { node: `10.0.0.${last}:6379` }),
    );
    expect(findingLine(judge(nodes)[0]!)).toBe(
      'Redis, maxmemory-policy: maxmemory-policy is allkeys-lru on 10.0.0.1:6379, 10.0.0.2:6379, 10.0.0.3:6379 and 2 more. ' +
        'When memory runs short Redis drops live sessions and the records of logins: users are logged out without a word. ' +
        'Cure: CONFIG SET maxmemory-policy noeviction, and in redis.conf: maxmemory-policy noeviction.',
    );
  });

  it('has a line in docs/redis.md for each thing it can find', () => {
    const page = readFileSync(`${ROOT}/docs/redis.md`, 'utf8');
    const ids = readFileSync(`${ROOT}/lib/doctor/doctor-finding.ts`, 'utf8').matchAll(
      /^ {2}\| '([a-z-]+)';?$/gm,
    );
    const missing = [...ids].map(([, id]) => id!).filter((id) => !page.includes(`\`${id}\``));
    expect(missing).toEqual([]);
  });
});

function without(lines: ReadonlyMap<string, string>, name: string): ReadonlyMap<string, string> {
  return new Map([...lines].filter(([other]) => other !== name));
}
