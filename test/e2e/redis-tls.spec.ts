import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  SessionDoctor,
  SessionModule,
  SessionStoreUnavailableError,
  type DoctorFinding,
  type SessionModuleOptionsInput,
} from '../../lib/index.js';
import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { TEST_SECRET } from '../apps/app-config.js';
import { PLATFORMS, startApps } from '../support/app-process.js';
import { Browser } from '../support/browser.js';
import { Certificates, type Certificate } from '../support/certificates.js';
import { addLeastUser, LEAST_USER } from '../support/least-user.js';
import { until } from '../support/until.js';

/** What all nodes are called; each has a certificate of its own for it. */
const NAME = 'localhost';

/** First byte of what a TLS client says (RFC 8446, 5.1). */
const TLS_HANDSHAKE = 0x16;

describe('A cluster that speaks TLS only', () => {
  let certificates: Certificates;
  let strangers: Certificates;
  let cluster: RedisTestCluster;
  let good: Certificate[];
  let ca: string;

  beforeAll(async () => {
    certificates = await Certificates.make();
    strangers = await Certificates.make();
    ca = await certificates.ca();
    good = await Promise.all([1, 2, 3].map((days) => certificates.issue(NAME, days)));
    cluster = await startRedisCluster({
      replicasPerMaster: 0,
      config: (node) => ({
        'tls-cluster': 'yes',
        'tls-replication': 'yes',
        'tls-auth-clients': 'no',
        'tls-ca-cert-file': certificates.caFile,
        'tls-cert-file': good[node]!.cert,
        'tls-key-file': good[node]!.key,
        'cluster-announce-hostname': NAME,
        'cluster-preferred-endpoint-type': 'hostname',
        'cluster-require-full-coverage': 'no',
      }),
    });
    for (const node of cluster.nodes) {
      await addLeastUser((...command) => cluster.command(node, ...command));
    }
  });

  afterEach(() => present([0, 1, 2], undefined));

  afterAll(async () => {
    await cluster?.close();
    await certificates?.remove();
    await strangers?.remove();
  });

  it.each(PLATFORMS)(
    'keeps the sessions of several servers on %s, each node by its name',
    async (platform) => {
      const servers = await startApps(2, { app: 'auth', platform, options: { redis: redis() } });
      const browser = new Browser();

      const login = await browser.post(`${servers[0]!.url}/login/ann`, { roles: ['customer'] });
      const me = await browser.get(`${servers[1]!.url}/me`);

      expect([login.status, me.status]).toEqual([200, 200]);
      expect(me.json()).toMatchObject({ id: 'ann', server: 'server-2' });
      await Promise.all(servers.map((server) => server.stop()));
    },
  );

  it('is not spoken to where no certificate is good, and the error at boot says why of each node', async () => {
    const foreign = await strangers.issue(NAME);
    await present([0], await certificates.issue('other.example'));
    await present([1], await certificates.issue(NAME, -1));
    await present([2], foreign);
    const reasons = ['altnames', 'expired', 'certificate'].map(
      (word, at) => new RegExp(`${NAME}:${cluster.nodes[at]!.port}: [^;]*${word}`),
    );

    await failsToBoot((message) => reasons.every((reason) => reason.test(message)));
  });

  it('goes on without the node whose certificate is of another name, and the doctor says which', async () => {
    await present([0], await certificates.issue('other.example'));
    const bad = `${NAME}:${cluster.nodes[0]!.port}`;

    const app = await boot();
    let findings: readonly DoctorFinding[] = [];
    await until('the doctor says why', async () => {
      findings = await app.get(SessionDoctor).examine();
      return findings.some(({ found }) => found.includes('altnames'));
    });

    expect(findings.filter(({ id }) => id === 'node-unreachable')).toEqual([
      expect.objectContaining({
        nodes: [bad],
        found: expect.stringContaining('altnames') as string,
      }),
    ]);
    await app.close();
  });

  it('is never spoken to in plain text, and neither is a server without TLS', async () => {
    const heard: Buffer[][] = [];
    const plain = createServer((socket) => {
      const said: Buffer[] = [];
      heard.push(said);
      socket.on('data', (chunk) => said.push(chunk)).on('error', () => undefined);
      socket.write('+OK\r\n');
    }).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;

    const nodes = [`rediss://${NAME}:${port}`];
    await failsToBoot((message) => message.includes(`${NAME}:${port}: `), nodes);

    const talks = heard.map((said) => Buffer.concat(said)).filter(({ length }) => length > 0);
    expect(talks.length).toBeGreaterThan(0);
    expect(talks.filter(([first]) => first !== TLS_HANDSHAKE)).toEqual([]);
    expect(talks.filter((said) => said.includes(LEAST_USER.password))).toEqual([]);
    plain.close();
  });

  function redis(
    nodes: readonly string[] = cluster.nodes.map(({ port }) => `rediss://${NAME}:${port}`),
  ): NonNullable<SessionModuleOptionsInput['redis']> {
    return {
      nodes,
      options: { redisOptions: { ...LEAST_USER, tls: { ca }, disconnectTimeout: 0 } },
    };
  }

  function boot(nodes?: readonly string[]): Promise<INestApplicationContext> {
    const options = { secret: TEST_SECRET, redis: redis(nodes), doctor: false };
    @Module({ imports: [SessionModule.forRoot(options)] })
    class AppModule {}
    return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  }

  /** Never starts; where the machine is busy, the error says no more than that no node answered in time. */
  async function failsToBoot(
    isTold: (message: string) => boolean,
    nodes?: readonly string[],
  ): Promise<void> {
    await until('the error at boot says why', async () => {
      const failure: unknown = await boot(nodes).then(
        () => 'it started',
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(SessionStoreUnavailableError);
      return isTold((failure as Error).message);
    });
  }

  /** Gives nodes another certificate for new connections, or their own again. */
  async function present(
    nodes: readonly number[],
    certificate: Certificate | undefined,
  ): Promise<void> {
    for (const at of nodes) {
      const { cert, key } = certificate ?? good[at]!;
      const files = ['tls-cert-file', cert, 'tls-key-file', key] as const;
      await cluster.command(cluster.nodes[at]!, 'CONFIG', 'SET', ...files);
    }
  }
});
