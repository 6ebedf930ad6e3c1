import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { SESSION_COOKIE } from '../support/browser.js';
import { send, type Answer } from '../support/http-client.js';

const TOKEN = /^A[A-Za-z0-9_-]{95}$/;

const bearer = (token: unknown) => ({ authorization: `Bearer ${String(token)}` });
const cookie = (token: unknown) => ({ cookie: `${SESSION_COOKIE}=${String(token)}` });

describe.each(PLATFORMS)('the transport on %s', (platform) => {
  describe('bearer', () => {
    const fleet = useFleet({ app: 'tokens', platform, options: { transport: 'bearer' } });

    const start = async (): Promise<Answer> =>
      send(fleet.url(0, '/name/alice'), { method: 'POST' });

    it('hands the token out once, in the header Session-Token of the answer that began the session', async () => {
      const first = await start();
      const token = first.headers['session-token'];
      const second = await send(fleet.url(1, '/'), { headers: bearer(token) });

      expect(token).toMatch(TOKEN);
      expect(first.setCookies).toEqual([]);
      expect(first.headers['cache-control']).toBe('no-store');
      expect(second.json()).toEqual({ name: 'alice' });
      expect(second.headers['session-token']).toBeUndefined();
      expect(second.headers.vary).toBe('Authorization');
    });

    it('hands out a new one when it is rotated, and refuses the old one', async () => {
      const old = (await start()).headers['session-token'];

      const rotated = await send(fleet.url(1, '/rotate'), { method: 'POST', headers: bearer(old) });
      const token = rotated.headers['session-token'];

      expect(token).toMatch(TOKEN);
      expect(token).not.toBe(old);
      expect(rotated.setCookies).toEqual([]);
      expect((await send(fleet.url(0, '/'), { headers: bearer(old) })).text).toBe('{}');
      expect((await send(fleet.url(0, '/'), { headers: bearer(token) })).json()).toEqual({
        name: 'alice',
      });
    });

    it('reads no cookie', async () => {
      const token = (await start()).headers['session-token'];

      expect((await send(fleet.url(0, '/'), { headers: cookie(token) })).text).toBe('{}');
    });

    it.each([
      'Basic TOKEN',
      'Bearer',
      'Bearer TOKENx',
      'Bearer TOKEN TOKEN',
      'TOKEN',
      'Bearer "TOKEN"',
    ])('reads nothing from "Authorization: %s"', async (header) => {
      const token = String((await start()).headers['session-token']);

      const answer = await send(fleet.url(0, '/'), {
        headers: { authorization: header.replaceAll('TOKEN', token) },
      });

      expect([answer.status, answer.text]).toEqual([200, '{}']);
    });
  });

  describe.each([
    ['cookie', 'bearer'],
    ['bearer', 'cookie'],
  ] as const)('%s, then %s', (first, second) => {
    const fleet = useFleet({ app: 'tokens', platform, options: { transport: [first, second] } });

    const given = ({ headers, setCookies }: Answer) => ({
      bearer: headers['session-token'] as string | undefined,
      cookie: /^__Host-sid=([^;]*)/.exec(setCookies[0] ?? '')?.[1],
    });

    it(`gives a newcomer the token by ${first} and by nothing else`, async () => {
      const answer = await send(fleet.url(0, '/name/alice'), { method: 'POST' });

      expect(given(answer)[first]).toMatch(TOKEN);
      expect(given(answer)[second]).toBeUndefined();
      const named = answer.headers.vary!.split(', ').sort();
      expect(named).toEqual(['Authorization', 'Cookie']);
    });

    it.each([
      ['cookie', cookie],
      ['bearer', bearer],
    ] as const)('answers who brought a token by %s by the same way', async (way, headersOf) => {
      const other = way === 'cookie' ? 'bearer' : 'cookie';
      const begun = await send(fleet.url(0, '/name/alice'), { method: 'POST' });
      const token = given(begun)[first];

      const rotated = await send(fleet.url(1, '/rotate'), {
        method: 'POST',
        headers: headersOf(token),
      });

      expect(given(rotated)[way]).toMatch(TOKEN);
      expect(given(rotated)[other]).toBeUndefined();
      const after = await send(fleet.url(0, '/'), { headers: headersOf(given(rotated)[way]) });
      expect(after.json()).toEqual({ name: 'alice' });
    });
  });

  describe("a class of the app's own, with a dependency", () => {
    const fleet = useFleet({ app: 'tokens', platform, env: { OWN_TRANSPORT: '1' } });

    it('carries the token on creation, on rotation and to the end', async () => {
      const begun = await send(fleet.url(0, '/name/alice'), { method: 'POST' });
      const headers = { 'x-basket': String(begun.headers['x-basket']) };
      const read = await send(fleet.url(1, '/'), { headers });
      const rotated = await send(fleet.url(1, '/rotate'), { method: 'POST', headers });
      const renewed = { 'x-basket': String(rotated.headers['x-basket']) };
      const ended = await send(fleet.url(0, '/destroy'), { method: 'POST', headers: renewed });

      expect(begun.headers['x-basket']).toMatch(TOKEN);
      expect(read.json()).toEqual({ name: 'alice' });
      expect(read.headers.vary).toBe('X-Basket');
      expect(rotated.headers['x-basket']).toMatch(TOKEN);
      expect(rotated.headers['x-basket']).not.toBe(begun.headers['x-basket']);
      expect(ended.headers['x-basket']).toBe('none');
      expect([begun, read, rotated, ended].flatMap(({ setCookies }) => setCookies)).toEqual([]);
    });
  });
});
