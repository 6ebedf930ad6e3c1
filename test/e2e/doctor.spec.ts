import { Module, type INestApplicationContext, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import {
  SessionDoctor,
  SessionModule,
  type DoctorFinding,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import {
  startRedisCluster,
  startRedisServer,
  type RedisTestCluster,
  type RedisTestNode,
} from '../../lib/testing/index.js';
import { TEST_SECRET } from '../apps/app-config.js';
import { addLeastUser, LEAST_USER } from '../support/least-user.js';
import { until } from '../support/until.js';

/** As docs/redis.md recommends, as far as nodes on one machine can be. */
const WELL = {
  'maxmemory-policy': 'noeviction',
  maxmemory: '100mb',
  appendonly: 'yes',
  'cluster-node-timeout': '5000',
  'cluster-require-full-coverage': 'no',
  'min-replicas-to-write': '1',
  'min-replicas-max-lag': '3',
  'hash-max-listpack-value': '1024',
};

/** Not those of nodes that were too busy to answer. */
const isOfSettings = (line: string): boolean => line.includes('Cure: CONFIG SET');

describe('SessionDoctor', () => {
  let cluster: RedisTestCluster;
  let master: RedisTestNode;
  let replica: RedisTestNode;
  const apps: INestApplicationContext[] = [];

  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 1, config: WELL });
    [master, replica] = cluster.nodes as [RedisTestNode, RedisTestNode];
  });

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    for (const [name, value] of Object.entries(WELL)) await set(name, value);
  });

  afterAll(() => cluster.close());

  it('finds nothing in a cluster that is as recommended but what its version is patched for, and logs nothing', async () => {
    const { doctor, lines } = await boot();
    await untilLookedAt();

    const findings = await look(doctor);

    expect(findings.filter(({ id }) => id !== 'version')).toEqual([]);
    expect(lines.filter(isOfSettings)).toEqual([]);
  });

  it('finds what loses sessions on the nodes that have it, with the command that mends it', async () => {
    const { doctor } = await boot();
    await set('maxmemory-policy', 'allkeys-lru', [master]);
    await set('cluster-node-timeout', '15000');
    await set('min-replicas-to-write', '0');

    const findings = await look(doctor);

    expect(findings.filter(({ id }) => id !== 'version')).toEqual([
      expect.objectContaining({
        id: 'maxmemory-policy',
        severity: 'danger',
        nodes: [name(master)],
      }),
      expect.objectContaining({ id: 'node-timeout', severity: 'warning', nodes: all() }),
      expect.objectContaining({ id: 'min-replicas', severity: 'note', nodes: [name(master)] }),
    ]);
    await mend(findings);
    expect((await look(doctor)).filter(({ id }) => id !== 'version')).toEqual([]);
  });

  it('finds that operations wait for a failover no longer than by default, which is too short for the recommended timeout', async () => {
    const { doctor } = await boot({ failoverDeadline: undefined });

    const findings = await look(doctor);

    expect(findings.filter(({ id }) => id !== 'version')).toEqual([
      expect.objectContaining({
        id: 'failover-deadline',
        severity: 'warning',
        cure: 'The option failoverDeadline: 9500',
        nodes: all(),
      }),
    ]);
  });

  it('writes one line at boot for each danger and warning, on however many nodes', async () => {
    await set('maxmemory-policy', 'allkeys-lru');
    await set('hash-max-listpack-value', '64');

    const { lines } = await boot();
    await until('the line is there', () => lines.some(isOfSettings));

    expect(lines.filter(isOfSettings)).toHaveLength(1);
    expect(lines.find(isOfSettings)).toContain(
      `maxmemory-policy is allkeys-lru on ${all().join(', ')}`,
    );
  });

  it('is silent at boot where doctor is false, and looks when asked', async () => {
    await set('maxmemory-policy', 'allkeys-lru');

    const { doctor, lines } = await boot({ doctor: false });
    const [first] = await look(doctor);

    expect(first).toMatchObject({ id: 'maxmemory-policy', severity: 'danger' });
    expect(lines).toEqual([]);
  });

  it('uses what it may, and names the right it lacks', async () => {
    for (const node of cluster.nodes) {
      await addLeastUser((...command) => cluster.command(node, ...command));
    }
    await set('maxmemory-policy', 'allkeys-lru');

    const { doctor } = await boot({ redis: redisAs(LEAST_USER) });
    const findings = await look(doctor);

    expect(findings).toContainEqual(
      expect.objectContaining({ id: 'maxmemory-policy', severity: 'danger', nodes: all() }),
    );
    const unreadable = findings.find(({ id }) => id === 'unreadable');
    expect(unreadable).toMatchObject({ severity: 'note', nodes: all() });
    expect(unreadable!.cure).toContain('ACL SETUSER sessions +config|get');
  });

  it('finds the replica that does not answer, and goes on with the others', async () => {
    const { doctor } = await boot();
    cluster.stop(replica);

    const findings = await doctor.examine().finally(() => cluster.cont(replica));

    expect(findings).toContainEqual(
      expect.objectContaining({
        id: 'node-unreachable',
        severity: 'warning',
        nodes: [name(replica)],
      }),
    );
    expect(findings.map(({ id }) => id)).not.toContain('store-down');
  });

  it('says that the store is down, and does not throw, where no node answers', async () => {
    const { doctor } = await boot();
    for (const node of cluster.nodes) cluster.stop(node);

    const findings = await doctor.examine().finally(() => {
      for (const node of cluster.nodes) cluster.cont(node);
    });

    expect(findings.map(({ id, severity }) => `${severity} ${id}`)).toEqual(['danger store-down']);
    await cluster.waitUntilReady();
  });

  it('looks at a single server too', async () => {
    const server = await startRedisServer({ config: { maxmemory: '100mb' } });
    await server.command('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru');
    const client = new Redis({
      host: server.host,
      port: server.port,
      enableOfflineQueue: false,
      lazyConnect: true,
      commandTimeout: 10_000,
      socketTimeout: 10_000,
    });

    const { doctor } = await boot({ redis: { client } });
    const findings = await look(doctor);

    const ids = findings.map(({ id, severity }) => `${severity} ${id}`);
    expect(ids).toContain('warning maxmemory-policy');
    expect(ids).toContain('note replicas');
    expect(ids.join()).not.toContain('full-coverage');
    client.disconnect();
    await server.close();
  });

  it('has nothing to find in the embedded store', async () => {
    const { doctor, lines } = await boot({ redis: undefined, store: 'memory' });

    await expect(doctor.examine()).resolves.toEqual([]);
    expect(lines).toEqual([]);
  });

  /** An app over the cluster, and what its doctor logs. */
  async function boot(
    options: Partial<SessionModuleOptionsInput> = {},
  ): Promise<{ doctor: SessionDoctor; lines: string[] }> {
    const lines: string[] = [];
    const log = (line: unknown, context?: unknown): void => {
      if (context === 'SessionDoctor') lines.push(String(line));
    };
    const logger: LoggerService = { log, warn: log, error: log };
    @Module({
      imports: [
        SessionModule.forRoot({
          secret: TEST_SECRET,
          redis: redisAs(undefined),
          failoverDeadline: '10s',
          ...options,
        }),
      ],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, {
      logger,
      abortOnError: false,
    });
    apps.push(app);
    return { doctor: app.get(SessionDoctor), lines };
  }

  /** What it finds, once no live node is too busy to answer. */
  async function look(doctor: SessionDoctor): Promise<readonly DoctorFinding[]> {
    let findings: readonly DoctorFinding[] = [];
    await until('all nodes answer the doctor', async () => {
      findings = await doctor.examine();
      return findings.every(({ id }) => id !== 'node-unreachable' && id !== 'store-down');
    });
    return findings;
  }

  function redisAs(redisOptions: object | undefined): SessionModuleOptionsInput['redis'] {
    return { nodes: cluster.addresses, options: { redisOptions } };
  }

  async function set(setting: string, value: string, nodes = cluster.nodes): Promise<void> {
    for (const node of nodes) await cluster.command(node, 'CONFIG', 'SET', setting, value);
  }

  /** Does what the findings say: the command before the hint for the file. */
  async function mend(findings: readonly DoctorFinding[]): Promise<void> {
    for (const { cure } of findings) {
      for (const [, setting, value] of cure.matchAll(/CONFIG SET (\S+) (\w+)/g)) {
        await set(setting!, value!);
      }
    }
  }

  /** Until the look at boot has been answered by every node. */
  async function untilLookedAt(): Promise<void> {
    await until('all nodes have been looked at', async () => {
      const stats = await Promise.all(
        cluster.nodes.map((node) => cluster.command(node, 'INFO', 'commandstats')),
      );
      return stats.every((text) => String(text).includes('cmdstat_config|get'));
    });
  }

  function name({ host, port }: RedisTestNode): string {
    return `${host}:${port}`;
  }

  function all(): string[] {
    return cluster.nodes.map(name);
  }
});
