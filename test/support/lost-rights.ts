import { homeOfUser } from '../../lib/core/auth/user-home.js';
import { sessionKey, userRecordKey } from '../../lib/core/session-keys.js';
import {
  startRedisCluster,
  type RedisTestCluster,
  type RedisTestNode,
} from '../../lib/testing/index.js';
import { useFleet, type AppFleet } from './app-fleet.js';
import { PLATFORMS } from './app-process.js';
import { replicationOffset } from './handmade-replica.js';
import { TokenHolder } from './token-holder.js';
import { until } from './until.js';

/** A right that is taken away: how, and whether a server's answer still grants it. */
export interface Right {
  readonly take: () => Promise<unknown>;
  readonly isGranted: (server: number) => Promise<boolean>;
}

type Make = (name: string) => Promise<Right>;

export const REVOKED = 'the end of all sessions of a user';
export const DISABLED = 'that a user is disabled';

/** Answers of each server after the failover by which each right is judged. */
const ANSWERS = 3;

/**
 * Rights that a server takes away on a master whose replica hears nothing of it, and that replica's taking over (faults F04, E12, E44). All of
 * them are taken away by server 0.
 */
export class LostRights {
  readonly fleet: AppFleet;
  /** Each time a right was granted after it had been taken away, by its name and server. */
  readonly granted: [name: string, server: number][] = [];
  readonly #rights = new Map<string, Right>();
  readonly #users = new Map<string, string>();
  #cluster!: RedisTestCluster;
  #master!: RedisTestNode;
  #replica!: RedisTestNode;

  /** Within a describe block: starts a cluster and two servers, which end with it. */
  static use(): LostRights {
    return new LostRights();
  }

  private constructor() {
    beforeAll(async () => {
      const config = { 'cluster-require-full-coverage': 'no' };
      this.#cluster = await startRedisCluster({ config });
      this.#master = await this.#cluster.masterOf(0);
      this.#replica = await this.#cluster.replicaOf(this.#master);
    }, 90_000);
    this.fleet = useFleet({
      app: 'logins',
      platform: PLATFORMS,
      nodes: () => this.#cluster.addresses,
      options: { maxSessionsPerUser: 2, deadline: '2s', failoverDeadline: '30s' },
    });
    afterAll(() => this.#cluster?.close());
  }

  /** Those whose loss by a failover is asked about: a replica is waited for. */
  readonly durable: Readonly<Record<string, Make>> = {
    'a logout': this.#ofToken((_, holder) => this.#act(holder, 'logout')),
    'the end of one session': this.#ofToken((user, { token }) =>
      this.#registry('revoke', user, token!.slice(21, 37)),
    ),
    [REVOKED]: this.#ofToken((user) => this.#registry('revokeAll', user)),
    [DISABLED]: this.#ofToken((user) => this.#registry('disable', user)),
    'that a user is forgotten': this.#ofToken((user) => this.#registry('forget', user)),
    'fewer roles': this.#ofToken(
      (user) => this.#registry('setRoles', user, ['customer']),
      '/admin',
      ['admin'],
    ),
    'an elevation: the token before it': this.#ofToken((_, holder) =>
      this.#act(holder, 'elevate', [{ amr: ['otp'] }]),
    ),
    'a login that evicts the oldest session': this.#ofToken(async (user) => {
      await this.login(user);
      await this.login(user);
    }),
    'a login in place of another': this.#ofToken((user, holder) =>
      this.#act(holder, 'login', [user]),
    ),
  };

  /** Those that are done without asking a replica. */
  readonly asynchronous: Readonly<Record<string, Make>> = {
    'a rotation: the token before it': this.#ofToken((_, holder) => this.#act(holder, 'rotate')),
    'a session that was destroyed': this.#ofToken((_, holder) => this.#act(holder, 'destroy')),
    "a visitor's session that was destroyed": this.#ofVisitor('destroy'),
    'the session before a login': this.#ofVisitor('login'),
  };

  /** Grants them all, cuts the replica off, and takes them away. */
  async takeAway(all: Readonly<Record<string, Make>>): Promise<void> {
    for (const [name, make] of Object.entries(all)) this.#rights.set(name, await make(name));
    for (const [name, { isGranted }] of this.#rights) {
      expect([name, await isGranted(0), await isGranted(1)]).toEqual([name, true, true]);
    }
    await this.#cutOff();
    for (const { take } of this.#rights.values()) await take();
  }

  /** No server grants any of them. */
  async expectNoneGranted(): Promise<void> {
    for (const [name, { isGranted }] of this.#rights) {
      expect([name, await isGranted(0), await isGranted(1)]).toEqual([name, false, false]);
    }
  }

  /** The master dies and the replica takes over, while servers are asked for each right again and again. */
  async failOver(...servers: readonly number[]): Promise<void> {
    let isOver = false;
    const watch = async ([name, { isGranted }]: [string, Right], server: number): Promise<void> => {
      for (let after = 0; after < ANSWERS;) {
        const isAfter = isOver;
        if (await isGranted(server)) this.granted.push([name, server]);
        if (isAfter) after++;
      }
    };
    const watching = [...this.#rights].flatMap((right) => servers.map((at) => watch(right, at)));
    await this.#cluster.kill(this.#master);
    this.#cluster.cont(this.#replica);
    await this.#cluster.command(this.#replica, 'CLUSTER', 'FAILOVER', 'TAKEOVER');
    isOver = true;
    await Promise.all(watching);
  }

  async login(user: string, server = 0, roles = ['customer']): Promise<TokenHolder> {
    const holder = new TokenHolder('cookie');
    expect((await this.#act(holder, 'login', [user, { roles }], server)).status).toBe(200);
    return holder;
  }

  /** Whether a server answers a request that needs the right. */
  async serves(holder: TokenHolder, server: number, path: string): Promise<boolean> {
    return (await holder.copy().get(this.fleet.url(server, path))).status === 200;
  }

  /** The user whose right of this name it was. */
  async userOf(name: string): Promise<string> {
    for (let at = 0; !this.#users.has(name); at++) {
      const user = `${name}-${at}`;
      if (await this.#liesOnMaster(this.#recordKey(user))) this.#users.set(name, user);
    }
    return this.#users.get(name)!;
  }

  /** What Redis holds of that user. */
  async recordOf(name: string): Promise<Record<string, string>> {
    return this.fleet.keys.redis.hgetall(this.#recordKey(await this.userOf(name)));
  }

  #ofToken(
    take: (user: string, holder: TokenHolder) => Promise<unknown>,
    path = '/me',
    roles?: string[],
  ): Make {
    return async (name) => {
      const user = await this.userOf(name);
      const holder = await this.login(user, 0, roles);
      const old = holder.copy();
      return {
        take: () => take(user, holder),
        isGranted: (server) => this.serves(old, server, path),
      };
    };
  }

  /** A visitor's session on the master that will die. */
  #ofVisitor(act: 'destroy' | 'login'): Make {
    return async () => {
      for (;;) {
        const holder = new TokenHolder('cookie');
        await holder.post(this.fleet.url(0, '/leave/tea'));
        const place = { home: holder.token!.slice(1, 21), selector: holder.token!.slice(21, 37) };
        if (!(await this.#liesOnMaster(sessionKey(this.fleet.keys.prefix, place)))) continue;
        const old = holder.copy();
        return {
          take: async () =>
            this.#act(holder, act, act === 'login' ? [await this.userOf('visitor')] : []),
          isGranted: async (server) =>
            'cart' in (await old.copy().get(this.fleet.url(server, '/'))).json<object>(),
        };
      }
    };
  }

  #act(holder: TokenHolder, name: string, args: readonly unknown[] = [], server = 0) {
    return holder.post(this.fleet.url(server, '/handler'), { act: name, args });
  }

  async #registry(call: string, ...args: unknown[]): Promise<void> {
    const url = this.fleet.url(0, `/registry/${call}`);
    const answer = await new TokenHolder('cookie').post(url, { args });
    expect([call, answer.status, answer.json<{ result: object }>().result]).toEqual([
      call,
      200,
      expect.objectContaining({ applied: true, durable: false }),
    ]);
  }

  #recordKey(user: string): string {
    return userRecordKey(this.fleet.keys.prefix, homeOfUser(user, undefined));
  }

  async #liesOnMaster(key: string): Promise<boolean> {
    return (await this.#cluster.masterOf(key)) === this.#master;
  }

  /** From here on the replica hears nothing, whatever its sockets hold. */
  async #cutOff(): Promise<void> {
    const offset = await replicationOffset(this.#cluster, this.#master);
    await until('the replica has all so far', async () => {
      return (await replicationOffset(this.#cluster, this.#replica)) >= offset;
    });
    this.#cluster.stop(this.#replica);
    await this.#cluster.command(this.#master, 'CLIENT', 'KILL', 'TYPE', 'replica');
  }
}
