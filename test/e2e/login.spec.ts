import { useFleet } from '../support/app-fleet.js';
import { PLATFORMS } from '../support/app-process.js';
import { Browser } from '../support/browser.js';

describe.each(PLATFORMS)('A login on %s', (platform) => {
  const fleet = useFleet({ app: 'auth', platform });

  const loggedIn = async (user: string, options: object = {}): Promise<Browser> => {
    const browser = new Browser();
    expect((await browser.post(fleet.url(0, `/login/${user}`), options)).status).toBe(200);
    return browser;
  };

  it('is known on every server, with roles, claims and methods', async () => {
    const browser = await loggedIn('ann', {
      roles: ['customer'],
      claims: { via: 'form' },
      amr: ['pwd'],
    });
    for (const server of [0, 1]) {
      const answer = await browser.get(fleet.url(server, '/me'));
      expect([answer.status, answer.json()]).toEqual([
        200,
        expect.objectContaining({
          id: 'ann',
          roles: ['customer'],
          claims: { via: 'form' },
          amr: ['pwd'],
          aal: 1,
          server: `server-${server + 1}`,
        }),
      ]);
    }
  });

  it('gives a new token, and the one before is refused at once on every server', async () => {
    const browser = new Browser();
    await browser.post(fleet.url(0, '/cart/tea'));
    await browser.post(fleet.url(0, '/note/secret'));
    const before = browser.copy();
    await browser.post(fleet.url(0, '/login/bob'), { keep: ['cart'] });
    expect(browser.token).not.toBe(before.token);
    for (const server of [0, 1]) {
      const refused = await before.get(fleet.url(server, '/me'));
      expect([refused.status, refused.json()]).toMatchObject([401, { reason: 'login' }]);
    }
    const { cart, note, user } = (await browser.get(fleet.url(1, '/'))).json<{
      cart: string[];
      note?: string;
      user: string;
    }>();
    expect({ cart, note, user }).toEqual({ cart: ['tea'], note: undefined, user: 'bob' });
  });

  it('ends with its logout on every server', async () => {
    const browser = await loggedIn('cid');
    const before = browser.copy();
    const { durable } = (await browser.post(fleet.url(1, '/logout'))).json<{ durable: boolean }>();
    expect([true, false]).toContain(durable);
    expect(browser.token).toBeUndefined();
    for (const server of [0, 1]) {
      const refused = await before.get(fleet.url(server, '/me'));
      expect([refused.status, refused.json()]).toMatchObject([401, { reason: 'logout' }]);
    }
  });

  it('needs a login, a role, a level or a fresh one where the handler says so', async () => {
    const nobody = await new Browser().get(fleet.url(0, '/me'));
    expect([nobody.status, nobody.json()]).toMatchObject([401, { reason: 'none' }]);
    const browser = await loggedIn('dan', { roles: ['customer'], amr: ['pwd'] });
    expect((await browser.get(fleet.url(1, '/admin'))).status).toBe(403);
    const weak = await browser.get(fleet.url(1, '/strong'));
    expect([weak.status, weak.json()]).toMatchObject([401, { reason: 'aal_required' }]);
    const before = browser.copy();
    expect((await browser.post(fleet.url(0, '/elevate'), { amr: ['otp'] })).status).toBe(200);
    expect((await browser.get(fleet.url(1, '/strong'))).status).toBe(200);
    const old = await before.get(fleet.url(1, '/me'));
    expect([old.status, old.json()]).toMatchObject([401, { reason: 'rotated' }]);
    await browser.post(fleet.url(0, '/users/dan/setRoles'), [['owner']]);
    expect((await browser.get(fleet.url(1, '/admin'))).status).toBe(200);
  });

  it('is in the list of the user, and is ended from another session, after which its browser may begin anew', async () => {
    const [first, second] = [await loggedIn('eve', { device: 'laptop' }), await loggedIn('eve')];
    const list = (await second.get(fleet.url(1, '/users/eve/sessions'))).json<{
      sessions: { handle: string; device?: string }[];
    }>();
    expect(list.sessions.map(({ device }) => device)).toEqual([undefined, 'laptop']);
    await second.post(fleet.url(0, '/users/eve/revoke'), [list.sessions[1]!.handle]);
    const refused = await first.get(fleet.url(1, '/me'));
    expect([refused.status, refused.json()]).toMatchObject([401, { reason: 'revoked' }]);
    expect((await second.get(fleet.url(1, '/me'))).status).toBe(200);
    expect((await first.post(fleet.url(0, '/note/tea'))).status).toBe(409);
    await first.post(fleet.url(0, '/logout'));
    expect(first.token).toBeUndefined();
    expect((await first.post(fleet.url(1, '/note/tea'))).status).toBe(201);
    await second.post(fleet.url(0, '/users/eve/disable'));
    const disabled = await second.get(fleet.url(1, '/me'));
    expect([disabled.status, disabled.json()]).toMatchObject([401, { reason: 'disabled' }]);
    const again = await new Browser().post(fleet.url(1, '/login/eve'));
    expect([again.status, again.json()]).toMatchObject([403, { reason: 'disabled' }]);
    await second.post(fleet.url(0, '/users/eve/enable'));
    expect((await new Browser().post(fleet.url(1, '/login/eve'))).status).toBe(200);
  });
});
