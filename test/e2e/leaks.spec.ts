import { createHash, randomBytes } from 'node:crypto';
import { startRedisCluster, type RedisTestCluster } from '../../lib/testing/index.js';
import { DATA } from '../apps/leaky.app.js';
import { PLATFORMS, startApp, type AppProcess } from '../support/app-process.js';
import { Canaries } from '../support/canary.js';
import { WatchedRedis } from '../support/canary-redis.js';
import { send, type Answer, type Sending } from '../support/http-client.js';

const SECRET = canaryText('signing');
const OLD_SECRET = canaryText('old');
const PEPPER = canaryText('pepper');
const PASSWORD = canaryText('password');
const VALUE = canaryText('value');
const USER = canaryText('user');

const ONE_NODE = { masters: 1, replicasPerMaster: 0 };
/** A node that has met no other does not know its own address. */
const PROTECTED = {
  requirepass: PASSWORD,
  masterauth: PASSWORD,
  'cluster-announce-ip': '127.0.0.1',
};

/** Strong, and like no other text. */
function canaryText(name: string): string {
  return `${name}-${randomBytes(24).toString('base64url')}`;
}

type Headers = NonNullable<Sending['headers']>;

/** A client that hands in the token it was given, and notes every answer but for the line that is meant for it. */
class Client {
  readonly answers: string[] = [];
  readonly tokens: string[] = [];
  /** What the app handed out at /csrf. */
  csrfToken: string | undefined;

  constructor(
    private readonly server: AppProcess,
    private readonly transport: 'cookie' | 'bearer',
  ) {}

  get token(): string | undefined {
    return this.tokens.at(-1);
  }

  /** Another one of the same session. */
  copy(): Client {
    const copy = new Client(this.server, this.transport);
    if (this.token) copy.tokens.push(this.token);
    return copy;
  }

  get(path: string): Promise<Answer> {
    return this.#send(path, { method: 'GET' });
  }

  /** @param more headers over those of a page of the app's own */
  post(path: string, body: object = { value: VALUE }, more: Headers = {}): Promise<Answer> {
    return this.#send(path, { method: 'POST', body, headers: more });
  }

  async #send(path: string, sending: Sending): Promise<Answer> {
    const [name, value] =
      this.transport === 'cookie'
        ? ['Cookie', `__Host-sid=${this.token}`]
        : ['Authorization', `Bearer ${this.token}`];
    const headers = { ...(this.token !== undefined && { [name]: value }), ...sending.headers };
    const answer = await send(`${this.server.url}/${path}`, { ...sending, headers });
    if (path !== 'csrf') this.#note(answer);
    else this.csrfToken = answer.json<{ csrfToken: string }>().csrfToken;
    return answer;
  }

  #note({ status, headers, setCookies, text }: Answer): void {
    const { 'set-cookie': _, 'session-token': handedOut, ...others } = headers;
    const [own, ...more] = setCookies.filter((line) => line.startsWith('__Host-sid='));
    const token = handedOut ?? (own && /^__Host-sid=([^;]+)/.exec(own)?.[1]);
    if (typeof token === 'string') this.tokens.push(token);
    const foreign = setCookies.filter((line) => !line.startsWith('__Host-sid='));
    this.answers.push(JSON.stringify([status, others, foreign, more, text]));
  }
}

const FAILURES: readonly (readonly [path: string, status: number])[] = [
  ['fail/conflict', 409],
  ['fail/large', 413],
  ['fail/deep', 413],
  ['fail/crowded', 413],
  ['fail/collection', 500],
  ['fail/cycle', 500],
  ['fail/number', 500],
  ['fail/name', 500],
  ['fail/undeclared', 500],
  ['fail/update', 500],
  ['fail/throw', 500],
  ['fail/answered', 500],
  ['fail/ended', 409],
  ['fail/destroyed', 409],
];

let marks = 0;

/** All that the app has printed until now. */
async function printed(server: AppProcess): Promise<string> {
  const mark = `mark ${++marks}.`;
  await server.ask(mark);
  while (!server.output().includes(mark)) await new Promise(setImmediate);
  return server.output();
}

describe.each(PLATFORMS)('Of what an app on %s may show to nobody', (platform) => {
  const transport = platform === 'express' ? 'cookie' : 'bearer';
  const canaries = new Canaries();
  const statuses: Record<string, number> = {};
  let cluster: RedisTestCluster;
  let redis: WatchedRedis;
  let server: AppProcess;
  let client: Client;
  /** What was to be seen before anything was planted. */
  let clean: Record<'answers' | 'output' | 'keys' | 'redisLogs' | 'commands', string>;
  let timesLeft: number[];

  beforeAll(async () => {
    const config = { ...PROTECTED, 'slowlog-log-slower-than': '0' };
    cluster = await startRedisCluster({ ...ONE_NODE, config });
    redis = await WatchedRedis.watch(cluster.addresses[0]!.port, PASSWORD);
    server = await startApp({ app: 'leaky', platform, options: options() });
    client = new Client(server, transport);
    await useEverything();
    clean = await collect();
    timesLeft = await redis.timesLeft();
    await failWithoutRedis();
    clean = { ...clean, output: await printed(server), answers: client.answers.join('\n') };
    const secrets = { SECRET, OLD_SECRET, PEPPER, PASSWORD };
    for (const [name, text] of Object.entries(secrets)) canaries.add(name, text);
    client.tokens.forEach((token, at) => canaries.addToken(`token ${at}`, token));
    await cluster.restart(cluster.nodes[0]!);
    await cluster.waitUntilReady();
  });

  afterAll(async () => {
    await redis?.close();
    await server?.stop();
    await cluster?.close();
  });

  function options(): object {
    const [first] = cluster.addresses;
    return {
      secret: [SECRET, OLD_SECRET],
      pepper: PEPPER,
      transport,
      merge: { ticket: 'reject' },
      onInvalidData: 'fail',
      timeouts: { rotate: '100ms' },
      remember: {},
      events: { cluster: true, expired: true },
      redis: { nodes: [first], options: { redisOptions: { password: PASSWORD } } },
    };
  }

  async function useEverything(): Promise<void> {
    await client.post('set', { note: VALUE, name: VALUE, ticket: [VALUE] });
    await client.get('log');
    await client.post('rotate');
    await client.post('save', { note: `${VALUE}-saved` });
    for (const [path, status] of FAILURES) {
      if (path === 'fail/ended' || path === 'fail/destroyed') await startAnew();
      statuses[path] = (await client.post(path)).status;
      expect([path, statuses[path]]).toEqual([path, status]);
    }
    await startAnew();
    await logInAndOut();
    await startAnew();
    // Redis' refusal comes back as an error that holds the whole command.
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    expect((await client.post('set', { note: `${VALUE}-refused` })).status).toBe(503);
    expect((await client.post(`login/${USER}`)).status).toBe(503);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await storeForbidden();
    expect((await client.post('fail/reading')).status).toBe(500);
    await startAnew();
  }

  /** What can go well and wrong with logins. */
  async function logInAndOut(): Promise<void> {
    const status = async (answer: Promise<Answer>): Promise<number> => (await answer).status;
    expect(await status(client.post(`login/${USER}`))).toBe(200);
    expect(await status(client.get('me'))).toBe(200);
    expect(await status(client.post('set', { note: VALUE }))).toBe(201);
    expect(await status(client.post('elevate'))).toBe(200);
    expect(await status(client.post('visit'))).toBe(200);
    await beForeign();
    await beReplayed();
    expect(await status(client.post(`open/${USER}`))).toBe(200);
    const args = [USER];
    for (const call of ['list', 'count', 'setRoles', 'setAttributes', 'disable', 'enable']) {
      const more = { setRoles: [['admin']], setAttributes: [{ note: VALUE }] }[call] ?? [];
      const answer = client.post(`registry/${call}`, { args: [...args, ...more] });
      expect([call, await status(answer)]).toEqual([call, 200]);
    }
    expect(await status(client.get('me'))).toBe(401);
    expect(await status(client.post('set'))).toBe(409);
    await startAnew();
    expect(await status(client.post(`login/${USER}`))).toBe(200);
    await beForged();
    await startAnew();
    expect(await status(client.post(`login/${USER}`))).toBe(200);
    expect(await status(client.post('logout'))).toBe(200);
    for (const call of ['forget', 'revokeEveryone']) {
      expect(await status(client.post(`registry/${call}`, { args }))).toBe(200);
    }
    await startAnew();
    expect(await status(client.post(`login/${USER}`))).toBe(200);
  }

  /** Requests of another site, with a token and without. */
  async function beForeign(): Promise<void> {
    if (transport !== 'cookie') return;
    await client.get('csrf');
    const silent = { 'sec-fetch-site': undefined };
    const foreign = { 'sec-fetch-site': 'cross-site', 'x-csrf-token': client.csrfToken };
    expect((await client.post('set', {}, foreign)).status).toBe(403);
    expect((await client.post('set', {}, silent)).status).toBe(403);
    const right = { ...silent, 'x-csrf-token': client.csrfToken };
    expect((await client.post('visit', {}, right)).status).toBe(200);
  }

  /** A token that was replaced long ago comes back. */
  async function beReplayed(): Promise<void> {
    await redis.command('HSET', keyOf(client.token!), '@p', '- 1 1');
    const old = client.copy();
    expect((await client.get('me')).status).toBe(200);
    expect(client.token).not.toBe(old.token);
    const digest = createHash('sha256').update(old.token!.slice(37, 80)).digest('base64url');
    await redis.command('HSET', keyOf(client.token!), '@p', `${digest} 1 1`);
    expect((await old.get('me')).status).toBe(401);
    client.answers.push(...old.answers);
  }

  /** Somebody writes in Redis who they would like to be. */
  async function beForged(): Promise<void> {
    await redis.command('HSET', keyOf(client.token!), '@a', `{"u":"${USER}"}`);
    expect((await client.get('me')).status).toBe(401);
  }

  function keyOf(token: string): string {
    return `sess:{${token.slice(1, 21)}}:${token.slice(21, 37)}`;
  }

  /** The session of before stays in the list of tokens to look for. */
  async function startAnew(): Promise<void> {
    const fresh = new Client(server, transport);
    await fresh.post('set', { note: VALUE, name: VALUE });
    client.answers.push(...fresh.answers);
    client.tokens.push(...fresh.tokens);
  }

  /** What no library may read: a key that could reach a prototype. */
  async function storeForbidden(): Promise<void> {
    await redis.command('HSET', keyOf(client.token!), 'note', `{"__proto__":{"x":"${VALUE}"}}`);
  }

  async function failWithoutRedis(): Promise<void> {
    const waiting = client.post('fail/down');
    await server.ask('reached');
    await redis.close();
    await cluster.kill(cluster.nodes[0]!);
    await server.ask('go');
    expect((await waiting).status).toBe(503);
    expect((await client.get('log')).status).toBe(503);
    expect((await client.post('set')).status).toBe(503);
    expect((await client.post('rotate')).status).toBe(503);
    expect((await client.post(`login/${USER}`)).status).toBe(503);
    expect((await client.post('registry/revokeAll', { args: [USER] })).status).toBe(503);
  }

  async function collect(): Promise<typeof clean> {
    return {
      answers: client.answers.join('\n'),
      output: await printed(server),
      keys: await redis.dump(),
      redisLogs: await redis.logs(),
      commands: await redis.commands(),
    };
  }

  it('there was something to find', () => {
    expect(client.tokens.length).toBeGreaterThan(5);
    expect(new Set(client.tokens).size).toBe(client.tokens.length);
    expect(clean.output).toMatch(/\[Session [\w-]{16} \{.*note/);
    for (const name of ['Conflict', 'TooLarge', 'Invalid', 'FieldNotLoaded', 'Ended']) {
      expect(clean.output).toContain(`Session${name}Error`);
    }
    expect(clean.output).toMatch(/SessionStoreUnavailableError.*OOM/);
    expect(clean.commands).toContain(VALUE);
    expect(clean.redisLogs).toContain('HSET');
    expect(clean.keys).toContain('"@s"');
    for (const type of ['login', 'rotated', 'elevated', 'revoked', 'logout', 'theft', 'rejected']) {
      expect(clean.output).toContain(`type: '${type}'`);
    }
    expect(clean.commands).toContain('"spublish"');
    expect(clean.keys).toMatch(/:owners /);
  });

  it.each(['answers', 'output', 'keys', 'redisLogs', 'commands'] as const)(
    'no token and no secret is in its %s',
    (channel) => {
      expect(canaries.foundIn(clean[channel])).toEqual([]);
    },
  );

  it("no user's id is in the name of a key", () => {
    const users = new Canaries();
    users.add('user', USER);
    const names = clean.keys.split('\n').map((line) => line.split(' ')[0]);
    expect(names.length).toBeGreaterThan(2);
    expect(users.foundIn(names.join('\n'))).toEqual([]);
  });

  // A bearer's requests need none.
  if (transport === 'cookie') {
    it('no token against CSRF is where the app has not put it', () => {
      const tokens = new Canaries();
      tokens.add('csrf', client.csrfToken!);
      expect(tokens.foundIn(Object.values(clean).join('\n'))).toEqual([]);
    });
  }

  it.each(['answers', 'output'] as const)('no value of a session is in its %s', (channel) => {
    const values = new Canaries();
    values.add('value', VALUE);
    const shown = clean[channel].split('\n').filter((line) => !line.startsWith(DATA));
    expect(values.foundIn(shown.join('\n'))).toEqual([]);
  });

  it('each key in Redis has an end', () => {
    expect(timesLeft.length).toBeGreaterThan(0);
    expect(Math.min(...timesLeft)).toBeGreaterThan(0);
  });

  describe('one planted is found in', () => {
    let token: string;
    let fresh: Client;

    beforeAll(async () => {
      redis = await WatchedRedis.watch(cluster.addresses[0]!.port, PASSWORD);
      fresh = new Client(server, transport);
      while ((await fresh.post('set', { note: VALUE })).status === 503) {
        // The app finds its Redis again.
      }
      token = fresh.token!;
      canaries.addToken('planted', token);
      canaries.add('value', VALUE);
    });

    const PLANTED = ['planted', 'the secret of planted'];

    it.each(['log', 'error', 'buffer', 'value-log'])('the output, by %s', async (how) => {
      const before = await printed(server);
      await fresh.get(`plant/${how}`);
      const found = canaries.foundIn((await printed(server)).slice(before.length));
      if (how === 'value-log') expect(found).toEqual(['value']);
      else if (how === 'buffer') expect(found).toEqual(['planted in a printed buffer']);
      else expect(found).toEqual(PLANTED);
    });

    it.each(['body', 'header', 'cookie', 'value-error'])('an answer, by its %s', async (how) => {
      const one = fresh.copy();
      await one.get(`plant/${how}`);
      const expected = how === 'value-error' ? ['value'] : PLANTED;
      expect(canaries.foundIn(one.answers.join())).toEqual(expected);
    });

    it("a key's name, a value and a field", async () => {
      const places: [string, ...string[]][] = [
        ['SET', `{planted}${token}`, '1'],
        ['SET', '{planted}', token],
        ['HSET', '{planted}hash', token, '1'],
        ['HSET', '{planted}hash', 'field', Buffer.from(token).toString('base64')],
      ];
      for (const [command, key, ...rest] of places) {
        await redis.command(command, key!, ...rest);
        expect(canaries.foundIn(await redis.dump())).not.toEqual([]);
        await redis.command('DEL', key!);
        expect(canaries.foundIn(await redis.dump())).toEqual(['value']);
      }
    });

    it("Redis' slow log and in the commands it gets", async () => {
      await redis.command('SLOWLOG', 'RESET');
      expect(canaries.foundIn(await redis.logs())).toEqual([]);
      await redis.command('ECHO', token);
      expect(canaries.foundIn(await redis.logs())).toEqual(PLANTED);
      expect(canaries.foundIn(await redis.commands())).toEqual(expect.arrayContaining(PLANTED));
    });
  });
});

describe('Of what wrong options hold', () => {
  const canaries = new Canaries();
  const canary = canaryText('boot');
  const short = canaryText('x').slice(0, 12);
  canaries.add('secret', canary);
  canaries.add('short secret', short);

  async function refused(options: object): Promise<string> {
    const given = { app: 'leaky', platform: 'express', options } as const;
    const error: unknown = await startApp(given).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    return (error as Error).message;
  }

  const url = `redis://:${short}@127.0.0.1:1`;
  const redisOptions = { password: canary, username: short };
  it.each<[string, object, RegExp]>([
    ['a weak secret', { secret: short }, /secret: a string of 12 characters/],
    ['a secret given twice', { secret: [canary, canary] }, /secret\[1\]/],
    ['a secret in an object', { secret: { key: canary } }, /secret/],
    ['a pepper that is a secret', { secret: canary, pepper: canary }, /pepper/],
    ['a misspelt name', { secret: canary, secrets: canary, peper: short }, /secrets.*peper/s],
    ['Redis as an address', { secret: canary, redis: url }, /redis: /],
    ['Redis as another', { secret: canary, redis: { url } }, /redis\.url/],
    ['Redis as a client', { secret: canary, redis: { client: url } }, /redis\.client/],
    ['nodes as an address', { secret: canary, redis: { nodes: url } }, /redis\.nodes/],
    ['a node with a password', { secret: canary, redis: { nodes: [url] } }, /redis\.nodes\[0\]/],
    [
      'a node as an object with one',
      { secret: canary, redis: { nodes: [{ host: url, password: canary }] } },
      /redis\.nodes\[0\]/,
    ],
    [
      'options of Redis',
      { secret: canary, redis: { nodes: [{ host: '127.0.0.1' }], options: url } },
      /redis\.options/,
    ],
    [
      'wrong options of Redis',
      {
        secret: canary,
        redis: {
          nodes: [{ host: '127.0.0.1' }],
          options: { scaleReads: 'all', redisOptions: { ...redisOptions, keyPrefix: 'x' } },
        },
      },
      /redis\.options/,
    ],
    [
      'a Redis that is not there',
      {
        secret: canary,
        redis: { nodes: [{ host: '127.0.0.1', port: 1 }], options: { redisOptions } },
      },
      /No Redis Cluster could be reached/,
    ],
  ])('nothing is shown where the boot refuses %s', async (_, options, reason) => {
    const shown = await refused(options);
    expect(shown).toMatch(reason);
    expect(canaries.foundIn(shown)).toEqual([]);
  });

  it('one planted is found', async () => {
    const env = { PLANT_AT_BOOT: canary };
    const error: unknown = await startApp({ app: 'leaky', platform: 'express', env }).catch(
      (reason: unknown) => reason,
    );
    expect(canaries.foundIn((error as Error).message)).toEqual(['secret']);
  });
});

describe('A wrong password of Redis', () => {
  it('is not shown by the boot it stops', async () => {
    const cluster = await startRedisCluster({ ...ONE_NODE, config: PROTECTED });
    const [wrong, canaries] = [canaryText('wrong'), new Canaries()];
    canaries.add('password', wrong);
    canaries.add('secret', SECRET);
    const redis = {
      nodes: cluster.addresses,
      options: { redisOptions: { password: wrong } },
    };
    const options = { secret: SECRET, redis };
    const error: unknown = await startApp({ app: 'leaky', platform: 'express', options }).catch(
      (reason: unknown) => reason,
    );
    await cluster.close();
    expect((error as Error).message).toMatch(/WRONGPASS|NOAUTH/);
    expect(canaries.foundIn((error as Error).message)).toEqual([]);
  });
});
