import { Cluster } from 'ioredis';
import { SessionOptionsError } from '../../../lib/core/errors.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import { NODES, SECRET, problemsOf, refusal, resolve } from './given-options.js';

describe('a refusal', () => {
  it('names every wrong option at once', () => {
    const wrong = {
      secret: 'short',
      keyPrefix: 'a b',
      deadline: 0,
      cookie: { path: 'x' },
      guard: 1,
    };
    const paths = problemsOf(wrong).map((line) => line.slice(0, line.indexOf(':')));
    expect(paths.sort()).toEqual(['cookie.path', 'deadline', 'guard', 'keyPrefix', 'secret']);
  });

  it('says path, what was given, what is expected and how to mend it', () => {
    expect(problemsOf({ cookie: { domain: 'shop.example' } })).toEqual([
      "cookie.domain: 'shop.example' was given, but a cookie named '__Host-sid' must have no Domain " +
        "(RFC 6265bis 4.1.3.2). Drop cookie.domain, or name the cookie '__Secure-sid'.",
    ]);
  });

  it('is one error with a line for each problem', () => {
    expect(() => resolve({ keyPrefix: '', guard: 'no' })).toThrow(SessionOptionsError);
    expect(() => resolve({ keyPrefix: '', guard: 'no' })).toThrow(
      /wrong:\n {2}- keyPrefix: .*\n {2}- guard: /,
    );
  });

  it.each([
    ['x'.repeat(500), `'${'x'.repeat(37)}...'`],
    ['two\nlines', "'two\\nlines'"],
    ['$value $property $target', "'$value $property $target'"],
  ])('shows a value shortened and on one line: %j', (keyPrefix, shown) => {
    expect(problemsOf({ keyPrefix })).toEqual([
      expect.stringContaining(`keyPrefix: ${shown} was given`),
    ]);
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['secret', "'secret'"],
    [[SECRET], 'an array of 1'],
  ])('answers options that are no object: %p', (options, shown) => {
    expect(refusal(() => resolveOptions(options as never))).toEqual([
      expect.stringContaining(`options: ${shown} was given, but they must be an object.`),
    ]);
  });
});

describe('an unknown option', () => {
  it.each([
    [
      'keyprefix',
      { keyprefix: 'a:' },
      "keyprefix: unknown option, given as a string. Did you mean 'keyPrefix'?",
    ],
    ['sotre', { sotre: 1 }, "sotre: unknown option, given as a number. Did you mean 'store'?"],
    ['cookie.samesite', { cookie: { samesite: 'lax' } }, "Did you mean 'cookie.sameSite'?"],
    [
      'timeouts.anonymous.idel',
      { timeouts: { anonymous: { idel: 1 } } },
      "Did you mean 'timeouts.anonymous.idle'?",
    ],
    ['redis.node', { redis: { nodes: NODES, node: 1 } }, "Did you mean 'redis.nodes'?"],
    ['limits.keys', { limits: { keys: 1 } }, 'Known are session, field, fields, depth. Drop it.'],
    ['cookie.httpOnly', { cookie: { httpOnly: false } }, 'the cookie is always HttpOnly'],
    ['cookie.maxAge', { cookie: { maxAge: 1 } }, 'use timeouts'],
    ['cookie.expires', { cookie: { expires: new Date() } }, 'use timeouts'],
    ['saveUninitialized', { saveUninitialized: false }, 'Drop it.'],
    ['name', { name: 'sid' }, 'Write it as cookie.name.'],
    ['constructor', { constructor: Object }, 'unknown option, given as a function'],
    ['cookie.toString', { cookie: { toString: 'x' } }, 'unknown option, given as a string'],
    [
      '__proto__',
      JSON.parse('{ "__proto__": { "secret": "x" } }') as object,
      'unknown option, given as an object',
    ],
  ])('is refused: %s', (path, options, expected) => {
    const problems = problemsOf(options);
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^${path.replaceAll('.', '\\.')}: `)),
    ]);
    expect(problems[0]).toContain(expected);
  });

  it('shows nothing of its value, which may be a misspelt secret', () => {
    expect(problemsOf({ secrets: [SECRET], peper: SECRET }).join()).not.toContain(SECRET);
  });
});

describe('an option of the wrong kind or out of range', () => {
  it.each([
    ['keyPrefix', '{sess}:', 'braces would move the keys'],
    ['keyPrefix', '', 'printable ASCII'],
    ['keyPrefix', 'a b', 'printable ASCII'],
    ['keyPrefix', 'é:', 'printable ASCII'],
    ['keyPrefix', 'x'.repeat(65), '1 to 64'],
    ['keyPrefix', null, 'null was given'],
    ['insecureDev', 'false', 'true or false'],
    ['context', 1, 'true or false'],
    ['expressClasses', 'no', 'true or false'],
    ['guard', 'no', 'true or false'],
    ['isGlobal', null, 'true or false'],
    ['csrf', 'on', 'true, false or an object of options'],
    ['csrf', null, 'true, false or an object of options'],
    ['onInvalidData', 'reste', "Did you mean 'reset'?"],
    ['onInvalidData', true, "'drop', 'reset' or 'fail'"],
    ['store', 'redis', "it can only be 'memory'"],
    ['store', {}, "it can only be 'memory'"],
    ['deadline', 49, "from '50ms' to '30s'"],
    ['failoverDeadline', -1, 'it must be a duration'],
    ['failoverDeadline', '2m', 'Make it shorter.'],
    ['deadline', '31s', 'Make it shorter.'],
    ['deadline', 'soon', 'it must be a duration'],
    ['deadline', Number.NaN, 'NaN was given'],
    ['cookie', 'sid', 'an object of options'],
    ['cookie', null, 'an object of options'],
    ['timeouts', ['30m'], 'an object of options'],
    ['timeouts', '30m', 'an object of options'],
    ['limits', 65_536, 'an object of options'],
    ['redis', 'redis://10.0.0.1', 'an object of options'],
    ['merge', 'deep', 'an object of fields'],
    ['transport', 'header', "'cookie' or 'bearer'"],
    ['transport', [], 'an empty array was given'],
    ['transport', null, 'a SessionTransport'],
    ['transport', { read: () => undefined }, 'has write and clear too'],
    ['transport', () => undefined, 'a SessionTransport'],
    ['transport', class Header {}, 'the class Header was given'],
  ])('is refused: %s %p', (name, value, expected) => {
    const problems = problemsOf({ [name]: value }).filter((line) => line.startsWith(`${name}: `));
    expect(problems).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    ['timeouts.idle', { timeouts: { idle: '99ms' } }, "from '100ms'"],
    ['timeouts.idle', { timeouts: { idle: '30min' } }, 'it must be a duration'],
    ['timeouts.rotate', { timeouts: { rotate: '10ms' } }, "from '100ms'"],
    ['remember', { remember: true }, 'an object of options'],
    ['remember.idle', { remember: { idle: '31d' } }, "above remember.absolute, which is '30d'"],
    ['remember.idle', { remember: { idle: '30m' } }, "above timeouts.idle, which is '30m'"],
    ['remember.absolute', { remember: { absolute: '401d' } }, "to '400d'"],
    ['timeouts.idle', { timeouts: { idle: '13h' } }, "above timeouts.absolute, which is '12h'"],
    ['timeouts.absolute', { timeouts: { absolute: '401d' } }, "to '400d'"],
    ['timeouts.absolute', { timeouts: { absolute: -1 } }, '-1 was given'],
    ['timeouts.anonymous', { timeouts: { anonymous: false } }, 'an object of options'],
    [
      'timeouts.anonymous.idle',
      { timeouts: { anonymous: { idle: '2d' } } },
      'above timeouts.anonymous.absolute',
    ],
    [
      'timeouts.anonymous.absolute',
      { timeouts: { anonymous: { absolute: null } } },
      'null was given',
    ],
    ['limits.field', { limits: { field: '65KiB' } }, "above limits.session, which is '64KiB'"],
    ['limits.session', { limits: { session: '9MiB' } }, "to '8MiB'"],
    ['limits.session', { limits: { session: 'big' } }, 'it must be a size'],
    ['limits.field', { limits: { field: '1' } }, 'it must be a size'],
    ['limits.fields', { limits: { fields: 0 } }, 'a whole number from 1'],
    ['limits.depth', { limits: { depth: 1.5 } }, 'a whole number from 1'],
    ['merge.visits', { merge: { visits: 'summ' } }, "Did you mean 'sum'?"],
    ['merge.visits', { merge: { visits: null } }, "'deep', 'sum', 'last-write' or 'reject'"],
    ['merge', { merge: { login: 'deep' } }, "Rename the field 'login'."],
    ['merge', { merge: { '@roles': 'deep' } }, "'@roles' was given"],
    ['merge', { merge: { 'a b': 'deep' } }, "'a b' was given"],
    ['transport[1]', { transport: ['cookie', 'cookie'] }, 'each once at most'],
    ['transport[0]', { transport: ['header'] }, "'header' was given"],
  ])('is refused inside a group: %s', (path, options, expected) => {
    const problems = problemsOf(options);
    expect(problems.map((line) => line.slice(0, line.indexOf(': ')))).toEqual([path]);
    expect(problems[0]).toContain(expected);
  });

  it.each([
    { timeouts: { idle: '12h', absolute: '12h' } },
    { timeouts: { idle: 100, absolute: 100, anonymous: { idle: 100, absolute: '400d' } } },
    { limits: { session: '8MiB', field: '8MiB', fields: 1024, depth: 64 } },
    { deadline: 50 },
    { failoverDeadline: 0 },
    { deadline: '30s' },
    { keyPrefix: 'shop:v2/' },
    { merge: { visits: 'sum', cart: () => [], 'a.b:c-d': 'reject', last: 'last-write' } },
    { transport: { read: () => undefined, write: () => undefined, clear: () => undefined } },
  ])('passes at the edge of its range: %p', (options) => {
    expect(problemsOf(options)).toEqual([]);
  });
});

describe('where sessions are kept', () => {
  it('is the memory of the process with one warning, where nothing is said', () => {
    const { redis, warnings } = resolve({ redis: undefined });
    expect(redis).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining("store: 'memory' to mean it")]);
  });

  it('is never the memory of the process in production, unless asked for by name', () => {
    expect(problemsOf({ redis: undefined }, true)).toEqual([
      expect.stringMatching(
        /^redis: nothing was given, but NODE_ENV is production: .* Add redis: .* or store: 'memory'/,
      ),
    ]);
    expect(resolve({ redis: undefined, store: 'memory' }, true).warnings).toEqual([]);
  });

  it('is one place', () => {
    expect(problemsOf({ store: 'memory' })).toEqual([
      "store: 'memory' was given, but redis was given too, and sessions are in one place. Drop store, or drop redis.",
    ]);
  });

  it('is told from NODE_ENV where no environment is given', () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      expect(refusal(() => resolveOptions({ secret: SECRET }))).toHaveLength(1);
    } finally {
      process.env.NODE_ENV = before;
    }
  });

  it('is in an object around a client', () => {
    const redis = new Cluster(NODES, { lazyConnect: true });
    expect(problemsOf({ redis })).toEqual([expect.stringContaining('Write redis: { client }.')]);
    redis.disconnect();
  });
});
