import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SessionDoctor, SessionModule, type SessionModuleOptionsInput } from '../../lib/index.js';
import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { TEST_SECRET } from '../apps/app-config.js';
import { PLATFORMS, startApps } from '../support/app-process.js';
import { Browser } from '../support/browser.js';
import { Certificates, type Certificate } from '../support/certificates.js';
import { addLeastUser, LEAST_USER } from '../support/least-user.js';

/** What all nodes are called; each has a certificate of its own for it. */
const NAME = 'localhost';

/** First byte of what a TLS client says (RFC 8446, 5.1). */
const TLS_HANDSHAKE = 0x16;

describe('A cluster that speaks TLS only', () => {
  let certificates: Certificates;
  let cluster: RedisTestCluster;
  let good: Certificate[];
  let ca: string;

  beforeAll(async () => {
    certificates = await Certificates.make();
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

  afterAll(async () => {
    await cluster.close();
    await certificates.remove();
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

  it.each<[string, () => Promise<Certificate>, RegExp]>([
    ['is of another name', () => certificates.issue('other.example'), /altnames/],
    ['has expired', () => certificates.issue(NAME, -1), /expired/],
  ])(
    'is not spoken to at boot where the certificate of every node %s, and the error says so',
    async (_, issue, reason) => {
      await present([0, 1, 2], await issue());

      await expect(boot()).rejects.toThrow(reason);

      await present([0, 1, 2], undefined);
    },
  );

  it('goes on without the node whose certificate is of another name, and the doctor says which', async () => {
    await present([0], await certificates.issue('other.example'));
    const bad = `${NAME}:${cluster.nodes[0]!.port}`;

    const app = await boot();
    const findings = await app.get(SessionDoctor).examine();

    expect(findings.filter(({ id }) => id === 'node-unreachable')).toEqual([
      expect.objectContaining({
        nodes: [bad],
        found: expect.stringContaining('altnames') as string,
      }),
    ]);
    await app.close();
    await present([0], undefined);
  });

  it('is not believed where an authority that nobody named has signed', async () => {
    await expect(boot({ ca: undefined })).rejects.toThrow(/certificate/);
  });

  it('is never spoken to in plain text, and neither is a server without TLS', async () => {
    const heard: Buffer[] = [];
    const plain = createServer((socket) => {
      socket.on('data', (chunk) => heard.push(chunk)).on('error', () => undefined);
      socket.write('+OK\r\n');
    }).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;

    await expect(boot({ ca }, [`rediss://${NAME}:${port}`])).rejects.toThrow(`${NAME}:${port}`);

    expect(heard.length).toBeGreaterThan(0);
    expect(new Set(heard.map(([first]) => first))).toEqual(new Set([TLS_HANDSHAKE]));
    expect(Buffer.concat(heard).includes(LEAST_USER.password)).toBe(false);
    plain.close();
  });

  function redis(
    tls: object = { ca },
    nodes: readonly string[] = cluster.nodes.map(({ port }) => `rediss://${NAME}:${port}`),
  ): NonNullable<SessionModuleOptionsInput['redis']> {
    return { nodes, options: { redisOptions: { ...LEAST_USER, tls } } };
  }

  function boot(...given: Parameters<typeof redis>) {
    @Module({
      imports: [
        SessionModule.forRoot({ secret: TEST_SECRET, redis: redis(...given), doctor: false }),
      ],
    })
    class AppModule {}
    return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
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
