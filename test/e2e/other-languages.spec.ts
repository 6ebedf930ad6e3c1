import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TEST_SECRET } from '../apps/app-config.js';
import { clusterNodes, startApp, type AppProcess } from '../support/app-process.js';
import { findPython, PythonWorker } from '../support/python-worker.js';
import { Browser } from '../support/browser.js';
import type { Answer } from '../support/http-client.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(ROOT + path, 'utf8');

let server: AppProcess;
let python: PythonWorker;

beforeAll(async () => {
  const options = { redis: { nodes: clusterNodes() }, merge: { ticket: 'reject' } } as const;
  server = await startApp({ app: 'polyglot', platform: 'express', options });
  python = await PythonWorker.start(clusterNodes()[0]!);
});

afterAll(async () => {
  await server?.stop();
  await python?.stop();
});

function post(visitor: Browser, path: string, values?: object): Promise<Answer> {
  return visitor.post(`${server.url}/${path}`, values);
}

/** A visitor for whom Nest has stored the values. */
async function visitorWith(values: object): Promise<Browser> {
  const visitor = new Browser();
  expect((await post(visitor, 'set', values)).status).toBe(201);
  return visitor;
}

async function seenByNest(visitor: Browser): Promise<Record<string, unknown>> {
  return (await visitor.get(server.url)).json();
}

function cookieOf({ token }: Browser): string {
  return `theme=dark; __Host-sid=${token}; other=1`;
}

function seenByPython(visitor: Browser): Promise<Record<string, string> | null> {
  return python.ask('read', cookieOf(visitor));
}

function writtenByPython(visitor: Browser, field: string, literal: string): Promise<boolean> {
  return python.ask('write', cookieOf(visitor), field, literal);
}

function redis<Reply>(visitor: Browser, command: string, ...args: string[]): Promise<Reply> {
  return python
    .ask<string>('key', cookieOf(visitor))
    .then((key) => python.ask<Reply>('command', command, key, ...args));
}

/** Name, what Nest has, what Python has. */
const SAME: readonly [string, unknown, string][] = [
  ['user_id', 1234, '1234'],
  ['username', 'alice', "'alice'"],
  ['negative', -7, '-7'],
  ['price', 19.99, '19.99'],
  ['tiny', 1.5e-9, '1.5e-09'],
  ['yes', true, 'True'],
  ['no', false, 'False'],
  ['nothing', null, 'None'],
  ['empty', '', "''"],
  ['digits', '1234', "'1234'"],
  ['float_text', '1.0', "'1.0'"],
  ['true_text', 'true', "'true'"],
  ['null_text', 'null', "'null'"],
  ['none_text', 'None', "'None'"],
  ['nan_text', 'NaN', "'NaN'"],
  ['json_text', '{"a":1}', '\'{"a":1}\''],
  ['braces', '{hello}', "'{hello}'"],
  ['quote', 'say "hi"', '\'say "hi"\''],
  ['spaced', ' 1 ', "' 1 '"],
  ['unicode', 'Zoë 😀 \u0000 \u2028', "'Zoë 😀 \\x00 \\u2028'"],
  ['half', '\ud83d', "'\\ud83d'"],
  ['list', [], '[]'],
  ['object', {}, '{}'],
  ['largest', 9007199254740991, '9007199254740991'],
  [
    'cart',
    { items: [{ sku: 'tea', quantity: 2, price: 2.5, gift: false, note: null }], code: '007' },
    "{'items': [{'sku': 'tea', 'quantity': 2, 'price': 2.5, 'gift': False, 'note': None}], 'code': '007'}",
  ],
];

function nestValues(): Record<string, unknown> {
  return Object.fromEntries(SAME.map(([name, value]) => [name, value]));
}

describe('A session shared with Python', () => {
  it('is read there as Nest wrote it, types intact', async () => {
    const visitor = await visitorWith(nestValues());
    expect(await seenByPython(visitor)).toEqual(
      Object.fromEntries(SAME.map(([name, , literal]) => [name, literal])),
    );
  });

  it('is read in Nest as Python wrote it, types intact', async () => {
    const visitor = await visitorWith({ first: true });
    for (const [name, , literal] of SAME) {
      expect(await writtenByPython(visitor, name, literal)).toBe(true);
    }
    expect(await seenByNest(visitor)).toEqual({
      first: true,
      ...nestValues(),
    });
  });

  it('keeps every digit of integers that only Python can count with', async () => {
    const visitor = await visitorWith({ large: 2 ** 60 });
    await writtenByPython(visitor, 'id', '12345678901234567890');
    await writtenByPython(visitor, 'ids', "{'of': [12345678901234567890, 7]}");
    expect(await seenByNest(visitor)).toEqual({
      large: 2 ** 60,
      id: '12345678901234567890',
      ids: { of: ['12345678901234567890', 7] },
    });
    await post(visitor, 'look');
    expect(await seenByPython(visitor)).toMatchObject({
      large: '1.152921504606847e+18',
      id: '12345678901234567890',
    });
  });

  it('keeps a field that Python spaced its own way, as long as Nest changes nothing in it', async () => {
    const visitor = await visitorWith({ name: 'Ann' });
    await writtenByPython(visitor, 'cart', "{'b': [1, 2.50, 1e3], 'a': 'é'}");
    const stored = await redis<Record<string, string>>(visitor, 'HGETALL');
    expect(stored.cart).toBe('{"b": [1, 2.5, 1000.0], "a": "\\u00e9"}');
    const looked = (await post(visitor, 'look')).json();
    expect(looked).toEqual({
      seen: { name: 'Ann', cart: { b: [1, 2.5, 1000], a: 'é' } },
      changed: false,
      durable: false,
    });
    expect(await redis(visitor, 'HGETALL')).toEqual(stored);
  });

  it('loses no item that Python adds while Nest adds another', async () => {
    const visitor = await visitorWith({ cart: ['tea'] });
    await server.ask('close');
    const appending = post(visitor, 'append/cart/nest');
    await server.ask('reached');
    expect(await python.ask('append', cookieOf(visitor), 'cart', "'python'")).toBe(true);
    await server.ask('open');
    expect((await appending).status).toBe(201);
    expect(await seenByNest(visitor)).toEqual({ cart: ['tea', 'python', 'nest'] });
    expect(await python.ask('append', cookieOf(visitor), 'cart', "'again'")).toBe(true);
    expect(await seenByPython(visitor)).toEqual({ cart: "['tea', 'python', 'nest', 'again']" });
  });

  it('loses no item that others add while Python adds another', async () => {
    const visitor = await visitorWith({ name: 'Ann' });
    const others = ["['one']", "['one', 'two']"];
    expect(await python.ask('append_late', cookieOf(visitor), 'cart', "'mine'", others)).toBe(true);
    expect(await seenByNest(visitor)).toEqual({ name: 'Ann', cart: ['one', 'two', 'mine'] });
  });

  it('tells Nest of a conflict with Python where the field must not be merged', async () => {
    const visitor = await visitorWith({ ticket: ['a'], name: 'Ann' });
    await server.ask('close');
    const appending = post(visitor, 'append/ticket/nest');
    await server.ask('reached');
    await writtenByPython(visitor, 'ticket', "['python']");
    await server.ask('open');
    const answer = await appending;
    expect(answer.status).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'SESSION_CONFLICT' });
    expect(await seenByNest(visitor)).toEqual({ ticket: ['python'], name: 'Ann' });
  });

  it("gets another version with each of Python's writes, the right size, and no longer life", async () => {
    const visitor = await visitorWith({ name: 'Ann', cart: ['tea'] });
    const before = await redis<Record<string, string>>(visitor, 'HGETALL');
    const expiry = await redis<number>(visitor, 'PEXPIRETIME');
    await writtenByPython(visitor, 'name', "'Zoë'");
    await writtenByPython(visitor, 'added', '1');
    const after = await redis<Record<string, string>>(visitor, 'HGETALL');
    expect(after['@v']).toMatch(/^[\w-]{11}$/);
    expect(after['@v']).not.toBe(before['@v']);
    const data = Object.entries(after).filter(([name]) => !name.startsWith('@'));
    expect(Number(after['@z'])).toBe(Buffer.byteLength(data.flat().join('')));
    expect(await redis(visitor, 'PEXPIRETIME')).toBe(expiry);
    expect({ ...after, '@v': '', '@z': '' }).toEqual({
      ...before,
      '@v': '',
      '@z': '',
      name: 'Zoë',
      added: '1',
    });
  });

  it("lets Python write no field of the library's own", async () => {
    const visitor = await visitorWith({ name: 'Ann' });
    await expect(writtenByPython(visitor, '@s', "'x'")).rejects.toThrow(/@ are not yours/);
    expect(await seenByNest(visitor)).toEqual({ name: 'Ann' });
  });
});

describe('A session that has ended', () => {
  it('is not brought back by a write of Python', async () => {
    const visitor = await visitorWith({ name: 'Ann' });
    const ended = cookieOf(visitor);
    await post(visitor, 'destroy');
    expect(visitor.token).toBeUndefined();
    const key = await python.ask<string>('key', ended);
    for (const when of ['with its tombstone', 'without a trace']) {
      expect(await python.ask('read', ended)).toBeNull();
      expect([when, await python.ask('write', ended, 'name', "'Bob'")]).toEqual([when, false]);
      expect(await python.ask('append', ended, 'cart', '1')).toBe(false);
      const left = Object.keys(await python.ask<object>('command', 'HGETALL', key));
      expect(left.sort()).toEqual(when === 'without a trace' ? [] : ['@v', '@x']);
      await python.ask('command', 'DEL', key);
    }
  });

  it('is neither read nor written by Python with a token that was replaced', async () => {
    const visitor = await visitorWith({ name: 'Ann' });
    const old = cookieOf(visitor);
    await post(visitor, 'rotate');
    expect(await python.ask('read', old)).toBeNull();
    expect(await python.ask('write', old, 'name', "'Bob'")).toBe(false);
    expect(await python.ask('append', old, 'cart', '1')).toBe(false);
    expect(await seenByPython(visitor)).toEqual({ name: "'Ann'" });
  });

  it('stays no session after a plain HSET, and what that left is given an end by the next read', async () => {
    const visitor = await visitorWith({ name: 'Ann' });
    await redis(visitor, 'DEL');
    await redis(visitor, 'HSET', 'name', 'Mallory');
    expect(await redis(visitor, 'PTTL')).toBe(-1);
    expect(await seenByPython(visitor)).toBeNull();
    expect(await seenByNest(visitor)).toEqual({});
    const left = await redis<number>(visitor, 'PTTL');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
    expect(server.output()).toMatch(/held a hash without a session/);
  });
});

describe('The Python sample', () => {
  it('reads and fills a cart', async () => {
    const visitor = await visitorWith({ user_id: 1234, username: 'alice', cart: [] });
    const { host, port } = clusterNodes()[0]!;
    const demo = [`${ROOT}sample/python/demo.py`, `${host}:${port}`, cookieOf(visitor)];
    expect(execFileSync(findPython(), ['-B', ...demo], { encoding: 'utf8' })).toBe(
      'alice (user_id 1234) has 0 things in the cart\nAdded tea.\n',
    );
    expect((await seenByNest(visitor)).cart).toEqual([{ sku: 'tea', quantity: 2 }]);
  });

  it('knows a token of ours from one of others, and one from two cookies', async () => {
    const { token } = await visitorWith({ name: 'Ann' });
    const signed = (secrets: string[], prefix: string): Promise<{ signed: boolean }> =>
      python.ask('token', token, secrets, prefix);
    expect(await signed(['another', TEST_SECRET], 'sess:')).toMatchObject({ signed: true });
    expect(await signed(['another'], 'sess:')).toMatchObject({ signed: false });
    expect(await signed([TEST_SECRET], 'shop:')).toMatchObject({ signed: false });
    const twice = `__Host-sid=${token}; __Host-sid=${token}`;
    await expect(python.ask('read', twice)).rejects.toThrow(/2 cookies/);
    await expect(python.ask('read', '__Host-sid=junk')).rejects.toThrow(/not a session token/);
  });

  it('agrees with the published test vectors', async () => {
    const vectors = JSON.parse(read('docs/format-vectors.json')) as {
      tokens: Record<string, string>[];
      bothWays: { value: unknown; text: string }[];
    };
    for (const { token, appSecret, keyPrefix, kind, ...parts } of vectors.tokens) {
      expect(await python.ask('token', token, [appSecret], keyPrefix)).toEqual({
        ...parts,
        kind: kind === 'user' ? 'U' : 'A',
        signed: true,
      });
    }
    for (const { value, text } of vectors.bothWays) {
      expect(JSON.parse(await python.ask('decode', text))).toStrictEqual(value);
      const encoded = await python.ask<string>('encode', value);
      if (typeof value === 'object') expect(JSON.parse(encoded)).toEqual(value);
      else expect(encoded).toBe(text);
    }
  });

  it('writes by the script that docs/other-languages.md publishes', () => {
    const script = /WRITE_FIELD = """\n(.*?)"""/s.exec(read('sample/python/session.py'))![1]!;
    expect(read('docs/other-languages.md')).toContain(`\`\`\`lua\n${script}\`\`\``);
  });
});
