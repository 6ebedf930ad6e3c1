import { PLATFORMS } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { range } from '../support/in-flight.js';
import { TokenHolder } from '../support/token-holder.js';
import { until } from '../support/until.js';

interface Page {
  readonly sessions: { handle: string; device?: string; createdAt: string; lastSeenAt: string }[];
  readonly next?: string;
}

describe.each(PLATFORMS.map((platform, server) => [platform, server] as const))(
  'The registry on %s, of logins on both platforms',
  (platform, server) => {
    const fleet = useFleet({ app: 'logins', platform: PLATFORMS });
    let users = 0;
    const newUser = (): string => `${platform}-${++users}`;

    const login = async (user: string, options: object = {}): Promise<TokenHolder> => {
      const holder = new TokenHolder('cookie');
      await holder.post(fleet.url(0, '/leave/tea'));
      const body = { act: 'login', args: [user, { keep: ['cart'], ...options }] };
      expect((await holder.post(fleet.url(users, '/handler'), body)).status).toBe(200);
      return holder;
    };

    const logins = async (user: string, count: number): Promise<TokenHolder[]> => {
      const holders: TokenHolder[] = [];
      for (const at of range(count)) holders.push(await login(user, { device: `device ${at}` }));
      return holders;
    };

    const ask = async <R>(call: string, ...args: unknown[]): Promise<R> => {
      const path = fleet.url(server, `/registry/${call}`);
      const answer = await new TokenHolder('cookie').post(path, { args });
      expect(answer.status).toBe(200);
      return answer.json<{ result: R }>().result;
    };

    const handleOf = ({ token }: TokenHolder): string => token!.slice(21, 37);
    const statusOf = async (holder: TokenHolder): Promise<number> =>
      (await holder.copy().get(fleet.url(1, '/me'))).status;

    it('lists the living sessions of a user by pages, the newest first, and counts them', async () => {
      const user = newUser();
      const holders = await logins(user, 7);
      await holders[3]!.copy().post(fleet.url(1, '/handler'), { act: 'logout' });

      const pages: Page[] = [];
      for (let after: string | undefined, more = true; more; more = after !== undefined) {
        const page: Page = await ask('list', user, { limit: 2, ...(after && { after }) });
        pages.push(page);
        after = page.next;
      }

      const living = holders.filter((_, at) => at !== 3).reverse();
      expect(pages.map(({ sessions }) => sessions.length)).toEqual([2, 2, 2]);
      const sessions = pages.flatMap((page) => page.sessions);
      expect(sessions.map(({ handle }) => handle)).toEqual(living.map(handleOf));
      expect(sessions.map(({ device }) => device)).toEqual(
        [6, 5, 4, 2, 1, 0].map((at) => `device ${at}`),
      );
      expect(await ask('count', user)).toBe(6);
      expect(JSON.stringify(pages)).not.toContain(holders[0]!.token!.slice(37, 80));
    });

    it('finds a session by its handle, unless it has ended or is another user’s', async () => {
      const [user, other] = [newUser(), newUser()];
      const [mine, theirs] = [await login(user, { device: 'laptop' }), await login(other)];

      expect(await ask('find', user, handleOf(mine))).toMatchObject({
        handle: handleOf(mine),
        device: 'laptop',
        ipClass: '127.0.0.0/24',
      });
      expect(await ask('find', user, handleOf(theirs))).toBeNull();
      await ask('revoke', user, handleOf(mine));
      expect(await ask('find', user, handleOf(mine))).toBeNull();
    });

    it('revokes no session of another user', async () => {
      const [user, other] = [newUser(), newUser()];
      const theirs = await login(other);
      await login(user);

      expect(await ask('revoke', user, handleOf(theirs))).toMatchObject({ applied: false });
      expect(await statusOf(theirs)).toBe(200);
    });

    it('drops what has ended from the record on the way', async () => {
      const user = newUser();
      const [first, second] = await logins(user, 2);
      const { keys } = fleet;
      await keys.redis.unlink(keys.keyOf(first!.token!));

      expect((await ask<Page>('list', user)).sessions.map(({ handle }) => handle)).toEqual([
        handleOf(second!),
      ]);
      const record = `${keys.prefix}{${first!.token!.slice(1, 21)}}:user`;
      await until('the entry is dropped', async () => {
        return !(await keys.redis.hexists(record, `s:${handleOf(first!)}`));
      });
    });

    it('gives a user attributes, which every device has with its next request', async () => {
      const user = newUser();
      const holders = await logins(user, 2);

      await ask('setAttributes', user, { plan: 'pro' });

      for (const [at, holder] of holders.entries()) {
        const { attributes } = (await holder.get(fleet.url(at, '/me'))).json();
        expect(attributes).toEqual({ plan: 'pro' });
      }
    });

    it('forgets a user: nothing is left in Redis but the number of a write and its time, and nobody is logged in', async () => {
      const user = newUser();
      const holders = await logins(user, 4);
      await ask('setAttributes', user, { plan: 'pro' });
      await holders[0]!.copy().post(fleet.url(1, '/handler'), {
        act: 'logout',
        args: [{ keep: ['cart'] }],
      });
      const home = `{${holders[0]!.token!.slice(1, 21)}}`;

      const { handles } = await ask<{ handles: string[] }>('forget', user);

      expect([...handles].sort()).toEqual(holders.slice(1).map(handleOf).sort());
      const left = (await fleet.keys.all()).filter(({ key }) => key.includes(home));
      expect(left.map(({ key, fields }) => [key, Object.keys(fields).sort()])).toEqual([
        [`${fleet.keys.prefix}${home}:user`, ['o', 'w']],
      ]);
      expect(left[0]!.ttl).toBeLessThanOrEqual(60_000);
      for (const holder of holders) expect(await statusOf(holder)).toBe(401);
      expect(await statusOf(await login(user))).toBe(200);
    });

    it('is told of sessions that are opened outside HTTP, which are sessions like any other', async () => {
      const user = newUser();
      const path = fleet.url(server, '/outside');
      const args = [user, { roles: ['admin'], device: 'nightly job' }];
      const opened = await new TokenHolder('cookie').post(path, { act: 'login', args });
      const holder = new TokenHolder('cookie', opened.json<{ token: string }>().token);

      expect((await holder.get(fleet.url(1, '/admin'))).json()).toEqual({ id: user });
      expect((await ask<Page>('list', user)).sessions).toMatchObject([
        { handle: handleOf(holder), device: 'nightly job' },
      ]);
      await ask('revokeAll', user);
      expect(await statusOf(holder)).toBe(401);
    });
  },
);
