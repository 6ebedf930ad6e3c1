import { inspect } from 'node:util';
import { IsString } from 'class-validator';
import { Cluster } from 'ioredis';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { SessionModuleOptions } from '../../../lib/session.options.js';
import { NODES, OTHER_SECRET, SECRET, given, resolve } from './given-options.js';

describe('what is not given', () => {
  it('has the documented defaults', () => {
    expect(resolve()).toEqual({
      secret: [SECRET],
      pepper: undefined,
      redis: { nodes: NODES, options: { redisOptions: {} } },
      keyPrefix: 'sess:',
      cookie: {
        name: '__Host-sid',
        path: '/',
        domain: undefined,
        sameSite: 'lax',
        secure: true,
        partitioned: false,
      },
      insecureDev: false,
      transport: ['cookie'],
      timeouts: {
        idle: 30 * 60_000,
        absolute: 12 * 3_600_000,
        rotate: undefined,
        anonymous: { idle: 30 * 60_000, absolute: 24 * 3_600_000 },
      },
      remember: undefined,
      schema: undefined,
      onInvalidData: 'drop',
      merge: {},
      limits: { session: 65_536, field: 16_384, fields: 128, depth: 8 },
      maxSessionsPerUser: { most: 50, atLimit: 'evict-oldest' },
      csrf: { origins: [], header: 'x-csrf-token', cookieName: '__Host-sid-csrf' },
      authenticatedByDefault: false,
      events: { local: true, cluster: false, expired: false },
      deadline: 500,
      failoverDeadline: 5000,
      onStoreDown: 'reject',
      durability: 'async',
      localCopy: undefined,
      context: false,
      doctor: true,
      expressClasses: true,
      guard: true,
      isGlobal: true,
      warnings: [],
    });
  });

  it('keeps its default beside what is given in the same group', () => {
    const options = resolve({
      cookie: { sameSite: 'strict' },
      timeouts: { idle: 1000, anonymous: { idle: '2s' } },
      limits: { depth: 4 },
    });
    expect(options.cookie).toMatchObject({ name: '__Host-sid', sameSite: 'strict' });
    expect(options.timeouts).toEqual({
      idle: 1000,
      absolute: 12 * 3_600_000,
      anonymous: { idle: 2000, absolute: 24 * 3_600_000 },
    });
    expect(options.limits).toEqual({ session: 65_536, field: 16_384, fields: 128, depth: 4 });
  });

  it('may be given as undefined', () => {
    const options = resolve({
      keyPrefix: undefined,
      cookie: undefined,
      limits: { field: undefined },
    });
    expect(options).toMatchObject({ keyPrefix: 'sess:', cookie: { name: '__Host-sid' } });
    expect(options.limits.field).toBe(16_384);
  });

  it('is not shared between modules', () => {
    const first = resolve({ merge: { cart: 'sum' }, timeouts: { anonymous: { idle: '1m' } } });
    expect(first.merge.cart).toBe('sum');
    expect(resolve().timeouts.anonymous.idle).toBe(30 * 60_000);
    expect(resolve().merge.cart).toBeUndefined();
  });
});

describe('what is given', () => {
  it.each([
    ['a text', { deadline: '2s' }, { deadline: 2000 }],
    ['milliseconds', { deadline: 750 }, { deadline: 750 }],
    [
      'sizes',
      { limits: { session: '1MiB', field: 2048 } },
      { limits: { session: 1_048_576, field: 2048 } },
    ],
    ['a period', { timeouts: { rotate: '15m' } }, { timeouts: { rotate: 900_000 } }],
    [
      'remembering',
      { remember: {} },
      { remember: { idle: 14 * 86_400_000, absolute: 30 * 86_400_000 } },
    ],
    [
      'remembering for less',
      { remember: { idle: '1d', absolute: '2d' } },
      { remember: { idle: 86_400_000, absolute: 2 * 86_400_000 } },
    ],
    ['events', { events: { cluster: true } }, { events: { cluster: true, expired: false } }],
    ['no events', { events: false }, { events: { local: false } }],
    ['one transport', { transport: 'bearer' }, { transport: ['bearer'] }],
    ['transports', { transport: ['bearer', 'cookie'] }, { transport: ['bearer', 'cookie'] }],
    ['secrets', { secret: [SECRET, OTHER_SECRET] }, { secret: [SECRET, OTHER_SECRET] }],
    ['a pepper', { pepper: OTHER_SECRET }, { pepper: OTHER_SECRET }],
    ['csrf switched on', { csrf: true }, { csrf: { origins: [], header: 'x-csrf-token' } }],
    ['csrf switched off', { csrf: false }, { csrf: undefined }],
    [
      'origins',
      {
        csrf: {
          origins: ['https://A.example:443', 'http://localhost:80', 'capacitor://localhost'],
        },
      },
      { csrf: { origins: ['https://a.example', 'http://localhost', 'capacitor://localhost'] } },
    ],
    ['the header', { csrf: { header: 'X-XSRF-TOKEN' } }, { csrf: { header: 'x-xsrf-token' } }],
    [
      'the cookie of visitors',
      { cookie: { name: '__Secure-shop', domain: 'shop.example' } },
      { csrf: { cookieName: '__Host-shop-csrf' } },
    ],
    ['the memory', { redis: undefined, store: 'memory' }, { redis: undefined, warnings: [] }],
  ])('is brought to one form: %s', (_case, options, expected) => {
    expect(resolve(options)).toMatchObject(expected);
  });

  it('may be an instance of SessionModuleOptions', () => {
    const options = Object.assign(new SessionModuleOptions(), given({ deadline: '1s' }));
    expect(resolveOptions(options, { production: true })).toMatchObject({
      deadline: 1000,
      warnings: [],
    });
  });

  it('stays as it was', () => {
    const options = given({ cookie: { name: '__Secure-sid' }, redis: { nodes: ['rediss://a:1'] } });
    const before = structuredClone(options);
    resolveOptions(options);
    expect(options).toEqual(before);
    expect(Object.isFrozen(options.cookie)).toBe(false);
  });

  it('is typed as an environment gives it', () => {
    const secret: string | undefined = SECRET;
    expect(resolveOptions({ secret: [secret], store: 'memory' }).secret).toEqual([SECRET]);
  });
});

describe('the resolved options', () => {
  class ShopSession {
    @IsString() name: string = '';
  }

  it('are frozen all the way down', () => {
    const options = resolve({
      schema: ShopSession,
      merge: { cart: 'deep' },
      redis: { nodes: NODES, options: { redisOptions: { password: 'x' } } },
    });
    expect(unfrozenParts(options)).toEqual([]);
  });

  it('leave what belongs to the app as it is', async () => {
    const client = new Cluster(NODES, { lazyConnect: true });
    const transport = { read: () => undefined, write: () => undefined, clear: () => undefined };
    const options = resolve({ redis: { client }, transport, schema: ShopSession });
    expect(options.redis?.client).toBe(client);
    expect(options.transport).toBe(transport);
    expect(options.schema).toEqual({
      type: ShopSession,
      whole: false,
      version: 0,
      migrate: undefined,
    });
    expect([client, client.options, transport, ShopSession].map(Object.isFrozen)).not.toContain(
      true,
    );
    client.disconnect();
  });

  it.each([
    ['console.log', (options: object): string => inspect(options)],
    ['JSON', (options: object): string => JSON.stringify(options)],
    ['an error reporter', (options: object): string => inspect({ options }, { depth: 9 })],
  ])('show no secret in %s', (_case, print) => {
    const redis = { nodes: NODES, options: { redisOptions: { password: 'redis-password' } } };
    const printed = print(resolve({ pepper: OTHER_SECRET, redis }));
    expect(printed).toContain('__Host-sid');
    for (const secret of [SECRET, OTHER_SECRET, 'redis-password'])
      expect(printed).not.toContain(secret);
  });

  function unfrozenParts(value: unknown, path = 'options'): string[] {
    if (typeof value !== 'object' || value === null) return [];
    const below = Object.entries(value).flatMap(([name, part]) =>
      unfrozenParts(part, `${path}.${name}`),
    );
    return Object.isFrozen(value) ? below : [path, ...below];
  }
});
