import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { startApp, type AppProcess } from '../support/app-process.js';
import { Browser } from '../support/browser.js';
import { addLeastUser, LEAST_USER } from '../support/least-user.js';
import { until } from '../support/until.js';

const REQUESTS = 10;

describe('A right that Redis takes from the app while it runs', () => {
  let cluster: RedisTestCluster;
  let server: AppProcess;
  let browser: Browser;

  beforeAll(async () => {
    cluster = await startRedisCluster({ masters: 1 });
    await giveBack();
  });

  beforeEach(async () => {
    const redis = { nodes: cluster.addresses, options: { redisOptions: LEAST_USER } };
    const options = { redis, events: { cluster: true }, deadline: '10s' } as const;
    server = await startApp({ app: 'auth', platform: 'fastify', options });
    browser = new Browser();
    expect((await browser.post(`${server.url}/login/ann`)).status).toBe(200);
  });

  afterEach(async () => {
    await giveBack();
    await server.stop();
  });

  afterAll(() => cluster.close());

  it('is a 503 and one line in the log that names the command, asked for once by each request', async () => {
    const token = browser.token!;
    await change('-hmget');
    await each('CONFIG', 'RESETSTAT');

    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, () => browser.copy().get(`${server.url}/me`)),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    await until('the log says why', () => server.output().includes('may not run hmget'));
    expect(server.output().match(/may not run hmget/g)).toHaveLength(1);
    expect(server.output()).toContain('ACL SETUSER <user> +hmget');
    expect(await rejected('hmget')).toBe(2 * REQUESTS);
    expect(server.output()).not.toContain('ann');
    expect(server.output()).not.toContain(token.slice(1, 20));
    await giveBack();
    expect((await browser.get(`${server.url}/me`)).status).toBe(200);
  });

  it('is named also where only a script needs it', async () => {
    await change('-hset');

    const answer = await browser.post(`${server.url}/note/tea`);

    expect(answer.status).toBe(503);
    await until('the log says why', () => /of a script.*\+hset/.test(server.output()));
  });

  it('is named where a change is made but nobody can tell whether a replica has it', async () => {
    await change('-wait');

    const answer = await browser.post(`${server.url}/logout`);

    expect([answer.status, answer.json()]).toMatchObject([200, { durable: false }]);
    await until('the log says why', () => server.output().includes('may not run wait'));
  });

  it('is named where it is that of the keys, or of the channels', async () => {
    await change('resetkeys', 'resetchannels');
    await each('CLIENT', 'KILL', 'TYPE', 'pubsub');

    expect((await browser.get(`${server.url}/me`)).status).toBe(503);
    await until('the log names the keys', () => server.output().includes('~<keyPrefix>*'));
    await until('the log names the channels', () => server.output().includes('&<keyPrefix>*'));
  });

  it('is a 503 where the password has changed, and served again without a new start once it fits', async () => {
    await change('resetpass', '>another');
    await each('CLIENT', 'KILL', 'USER', LEAST_USER.username);

    await until('a request is refused', async () => {
      const { status } = await browser.get(`${server.url}/me`);
      expect([200, 503]).toContain(status);
      return status === 503;
    });
    await until('the log says why', () => server.output().includes('WRONGPASS'));
    await giveBack();

    await until('the session is served', async () => {
      const { status } = await browser.get(`${server.url}/me`);
      expect([200, 503]).toContain(status);
      return status === 200;
    });
    expect(server.output().match(/WRONGPASS/g)).toHaveLength(1);
  });

  async function each(...command: [string, ...string[]]): Promise<void> {
    for (const node of cluster.nodes) await cluster.command(node, ...command);
  }

  function change(...rules: string[]): Promise<void> {
    return each('ACL', 'SETUSER', LEAST_USER.username, ...rules);
  }

  async function giveBack(): Promise<void> {
    await each('ACL', 'SETUSER', LEAST_USER.username, 'reset');
    for (const node of cluster.nodes) {
      await addLeastUser((...command) => cluster.command(node, ...command));
    }
  }

  /** How often a command was refused since the last CONFIG RESETSTAT. */
  async function rejected(command: string): Promise<number> {
    const stats = cluster.nodes.map((node) => cluster.command(node, 'INFO', 'commandstats'));
    const counts = (await Promise.all(stats)).map((text) =>
      Number(new RegExp(`cmdstat_${command}:.*rejected_calls=(\\d+)`).exec(String(text))?.[1] ?? 0),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }
});
