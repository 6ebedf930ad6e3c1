import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { Browser } from '../support/browser.js';
import { range } from '../support/in-flight.js';

const LIMITS = { session: 4000, field: 1000, fields: 6, depth: 3 };
const nested = (levels: number): unknown => range(levels).reduce<unknown>((inner) => [inner], []);

describe.each(PLATFORMS)('a session at its limits on %s (R47)', (platform) => {
  const fleet = useFleet({ app: 'shop', platform, options: { limits: LIMITS } });

  const set = (browser: Browser, field: string, value: unknown, server = 0) =>
    browser.post(fleet.url(server, `/set/${field}`), { value });

  const visitor = async (): Promise<Browser> => {
    const browser = new Browser();
    await set(browser, 'old', 'data');
    return browser;
  };

  it.each([
    ['a field of more bytes than limits.field', 'big', 'x'.repeat(LIMITS.field + 1)],
    ['a field of fewer characters but more bytes', 'big', 'é'.repeat(LIMITS.field / 2 + 1)],
    ['deeper data than limits.depth', 'deep', nested(LIMITS.depth)],
    ['the same field grown too large', 'old', 'x'.repeat(LIMITS.field + 1)],
  ])('refuses %s with 413 and keeps the old data', async (_, field, value) => {
    const browser = await visitor();

    const answer = await set(browser, field, value, 1);

    expect(answer.status).toBe(413);
    expect(answer.json()).toMatchObject({ statusCode: 413, code: 'SESSION_TOO_LARGE' });
    expect(await fleet.keys.fieldsOf(browser.token!)).toEqual({ old: 'data' });
  });

  it('takes what fits its limits to the byte', async () => {
    const browser = await visitor();

    const field = await set(browser, 'big', 'x'.repeat(LIMITS.field));
    const deep = await set(browser, 'deep', nested(LIMITS.depth - 1));

    expect([field.status, deep.status]).toEqual([201, 201]);
  });

  it('refuses one byte more in all than limits.session, and takes as much', async () => {
    const browser = await visitor();
    const stored = 'old'.length + 'data'.length + 3 * ('f0'.length + 1000);
    const left = LIMITS.session - stored - 'f3'.length;
    for (const at of range(3)) await set(browser, `f${at}`, 'x'.repeat(1000));

    const over = await set(browser, 'f3', 'x'.repeat(left + 1));
    const fits = await set(browser, 'f3', 'x'.repeat(left));
    const shrunk = await set(browser, 'f0', 'x');

    expect([over.status, fits.status, shrunk.status]).toEqual([413, 201, 201]);
    const fields = await fleet.keys.fieldsOf(browser.token!);
    expect(Object.keys(fields).sort()).toEqual(['f0', 'f1', 'f2', 'f3', 'old']);
  });

  it('refuses one field more than limits.fields, also when parallel requests add one each', async () => {
    const browser = await visitor();

    const answers = await Promise.all(
      range(10).map((at) => set(browser.copy(), `f${at}`, 'x', at)),
    );

    const taken = answers.filter(({ status }) => status === 201).length;
    expect(taken).toBe(LIMITS.fields - 1);
    expect(answers.filter(({ status }) => status === 413).length).toBe(10 - taken);
    const fields = await fleet.keys.fieldsOf(browser.token!);
    expect(Object.keys(fields)).toHaveLength(LIMITS.fields);
    expect(fields['old']).toBe('data');
  });

  it('stores nothing and sets no cookie where a new session would be over them', async () => {
    const browser = new Browser();
    const keys = (await fleet.keys.names()).length;

    const answer = await set(browser, 'big', 'x'.repeat(LIMITS.field + 1));

    expect(answer.status).toBe(413);
    expect(answer.setCookies).toEqual([]);
    expect((await fleet.keys.names()).length).toBe(keys);
  });
});
