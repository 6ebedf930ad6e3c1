import { homeOfUser } from '../../lib/core/auth/user-home.js';
import { userRecordKey } from '../../lib/core/session-keys.js';
import type { SessionModuleOptionsInput } from '../../lib/index.js';
import { CREATE_SCRIPT } from '../../lib/redis/scripts/create.script.js';
import { RECORD_ADMIT_SCRIPT } from '../../lib/redis/scripts/record-admit.script.js';
import { RECORD_REPLACE_ENTRY_SCRIPT } from '../../lib/redis/scripts/record-replace-entry.script.js';
import { RECORD_STRIKE_SCRIPT } from '../../lib/redis/scripts/record-strike.script.js';
import { RETIRE_SCRIPT } from '../../lib/redis/scripts/retire.script.js';
import { ROTATE_SCRIPT } from '../../lib/redis/scripts/rotate.script.js';
import { clusterNodes, PLATFORMS, startApp, type AppProcess } from '../support/app-process.js';
import { useFleet } from '../support/app-fleet.js';
import { range } from '../support/in-flight.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { TokenHolder } from '../support/token-holder.js';
import { until } from '../support/until.js';

/** Each step of each call: its script is on the way to Redis, or has run and nobody knows. */
const STEPS = [
  ['login', 'the new session', CREATE_SCRIPT],
  ['login', 'its entry in the record', RECORD_ADMIT_SCRIPT],
  ['login', 'the end of the session before', RETIRE_SCRIPT],
  ['elevate', 'the new secret', ROTATE_SCRIPT],
  ['elevate', 'the new entry in the record', RECORD_REPLACE_ENTRY_SCRIPT],
  ['rotate', 'the new secret', ROTATE_SCRIPT],
  ['logout', 'the end in the record', RECORD_STRIKE_SCRIPT],
  ['logout', 'the end of the session', RETIRE_SCRIPT],
] as const;
const CRASHES = STEPS.flatMap(([act, step, script], at) =>
  (['sent', 'answered'] as const).map((when) => {
    const platform = PLATFORMS[(at + Number(when === 'sent')) % 2]!;
    return { act, step, script, when, platform };
  }),
);

describe('When a server is killed', () => {
  const fleet = useFleet({ app: 'logins', platform: PLATFORMS });
  let users = 0;

  /** A further server of the fleet, which reaches Redis through a proxy. */
  const victim = async (
    platform: (typeof PLATFORMS)[number],
    waits: Pick<SessionModuleOptionsInput, 'deadline' | 'failoverDeadline'> = { deadline: '10s' },
  ): Promise<{ server: AppProcess; proxy: RedisProxy; end: () => Promise<void> }> => {
    const proxy = await RedisProxy.start(clusterNodes());
    const options = { redis: proxy.redis, keyPrefix: fleet.keys.prefix, ...waits };
    const server = await startApp({ app: 'logins', platform, server: 'victim', options });
    const end = async (): Promise<void> => {
      await server.kill();
      await proxy.close();
    };
    return { server, proxy, end };
  };

  const visitor = async (): Promise<TokenHolder> => {
    const holder = new TokenHolder('cookie');
    await holder.post(fleet.url(0, '/leave/tea'));
    return holder;
  };

  const login = (holder: TokenHolder, user: string, base = fleet.url(0, '')) =>
    holder.post(`${base}/handler`, { act: 'login', args: [user, { keep: ['cart'] }] });

  const listed = async (user: string): Promise<string[]> => {
    const answer = await new TokenHolder('cookie').post(fleet.url(1, '/registry/list'), {
      args: [user],
    });
    const { sessions } = answer.json<{ result: { sessions: { handle: string }[] } }>().result;
    return sessions.map(({ handle }) => handle);
  };

  const told = async (holder: TokenHolder): Promise<unknown[]> => {
    const answers = await Promise.all(
      range(2).map((server) => holder.copy().get(fleet.url(server, '/me'))),
    );
    return answers.map((answer) => [answer.status, answer.json()['reason']]);
  };

  /** Keys of what lies in the user's home. */
  const keysOf = async (user: string) => {
    const probe = new TokenHolder('cookie');
    await login(probe, user);
    const home = `{${probe.token!.slice(1, 21)}}`;
    await probe.post(fleet.url(0, '/handler'), { act: 'logout' });
    const record = `${fleet.keys.prefix}${home}:user`;
    const sessions = (await fleet.keys.sessions()).filter(({ key }) => key.includes(home));
    return { record, sessions };
  };

  /** What nobody holds ends by its idle time; the record then lists it no longer. */
  const expectRepair = async (user: string, held: readonly string[]): Promise<void> => {
    const { record, sessions } = await keysOf(user);
    const lost = sessions.filter(({ key }) => !held.some((handle) => key.endsWith(handle)));
    for (const { key, ttl } of lost) {
      expect(ttl).toBeGreaterThan(0);
      await fleet.keys.redis.pexpire(key, 1);
      await until('its idle time is over', async () => !(await fleet.keys.redis.exists(key)));
    }
    expect(await listed(user)).toEqual(held);
    await until('the record is repaired', async () => {
      const entries = Object.entries(await fleet.keys.redis.hgetall(record));
      const names = entries.filter(([name, text]) => name.startsWith('s:') && /^\d/.test(text));
      return names.map(([name]) => name.slice(2)).join() === held.join();
    });
  };

  it.each(CRASHES)(
    'as $step of $act is $when ($platform), nothing is logged in that nobody holds, and the record repairs itself',
    async ({ act, script, when, platform }) => {
      const user = `user-${++users}`;
      const holder = await visitor();
      const { server, proxy, end } = await victim(platform);
      if (act !== 'login') await login(holder, user, server.url);
      const args =
        act === 'login' ? [user, { keep: ['cart'] }] : act === 'elevate' ? [{ amr: ['otp'] }] : [];

      const reached = proxy.stopAt(script, when);
      const lost = expect(
        holder.ask('POST', `${server.url}/handler`, { act, args }),
      ).rejects.toThrow();
      await reached;
      await end();
      await lost;

      const handle = holder.token!.slice(21, 37);
      const applied = when === 'answered';
      if (act === 'login') {
        const retired = script === RETIRE_SCRIPT && applied;
        expect(await told(holder)).toEqual(range(2).map(() => [401, retired ? 'login' : 'none']));
        expect((await listed(user)).length).toBe(
          script === CREATE_SCRIPT || (script === RECORD_ADMIT_SCRIPT && !applied) ? 0 : 1,
        );
        // Their own session is as it was, and takes them further.
        if (!retired) {
          expect((await login(holder, user)).status).toBe(200);
          const { cart } = (await holder.get(fleet.url(1, '/'))).json<{ cart: string[] }>();
          expect(cart).toEqual(['tea']);
        }
        await expectRepair(user, retired ? [] : [holder.token!.slice(21, 37)]);
      } else if (act === 'logout') {
        // Redis may have had neither part of it: then the client, which holds the token still, does it again.
        await until('the old token is refused', async () => {
          const [first] = await told(holder);
          if (String(first) !== '401,logout') {
            await holder.copy().post(fleet.url(0, '/handler'), { act: 'logout' });
          }
          return (await told(holder)).every((each) => String(each) === '401,logout');
        });
        await expectRepair(user, []);
      } else {
        const renewed = script === RECORD_REPLACE_ENTRY_SCRIPT || applied;
        expect(await told(holder)).toEqual(
          range(2).map(() => (renewed ? [401, 'rotated'] : [200, undefined])),
        );
        await expectRepair(user, renewed ? [] : [handle]);
      }
    },
  );

  it.each(PLATFORMS)(
    'a login on %s that fails after its entry is made withdraws it, and the visitor stays as they were',
    async (platform) => {
      const user = `user-${++users}`;
      const holder = await visitor();
      const { server, proxy, end } = await victim(platform, {
        deadline: '1s',
        // Else the login waits until its connection is back, and succeeds.
        failoverDeadline: 0,
      });
      void proxy.stopAt(RETIRE_SCRIPT, 'sent');

      const failed = await login(holder, user, server.url);

      expect([failed.status, failed.setCookies]).toEqual([503, []]);
      const record = userRecordKey(fleet.keys.prefix, homeOfUser(user, undefined));
      await until('the entry is withdrawn', async () => {
        const names = Object.keys(await fleet.keys.redis.hgetall(record));
        return !names.some((name) => name.startsWith('s:'));
      });
      await end();
      expect(await told(holder)).toEqual([
        [401, 'none'],
        [401, 'none'],
      ]);
      expect((await login(holder, user)).status).toBe(200);
      const { cart } = (await holder.get(fleet.url(1, '/'))).json<{ cart: string[] }>();
      expect(cart).toEqual(['tea']);
    },
  );
});
