import { homeOfUser } from '../../../lib/core/auth/user-home.js';
import { sessionKey, userRecordKey } from '../../../lib/core/session-keys.js';
import { keySlot } from '../../../lib/redis/key-slot.js';
import type { RedisTestCluster, RedisTestNode } from '../../../lib/testing/index.js';
import type { Origin } from './lives.js';
import type { Event } from './scene.js';
import type { Server } from './server.js';

/** The first session's time is over. */
export const expires: Event = async ({ token }, { prefix, cluster }) => {
  await cluster!.pexpire(keyOf(prefix, token), 0);
};

/** The first session's secret was made long ago. */
export const secretIsOld: Event = async ({ token }, { prefix, cluster }) => {
  const key = keyOf(prefix, token);
  const [created, end, idle] = (await cluster!.hget(key, '@m'))!.split(' ');
  await cluster!.hset(key, '@m', `${Number(created) - 7_200_000} ${end} ${idle}`);
};

/** The first session was last used some minutes ago. */
export const useIsOld: Event = async ({ token }, { prefix, cluster }) => {
  const key = keyOf(prefix, token);
  const touched = Number(await cluster!.hget(key, '@t'));
  await cluster!.hset(key, '@t', String(touched - 600_000));
};

/** A slot, and where it goes. */
interface Place {
  readonly slot: number;
  readonly source: RedisTestNode;
  readonly target: RedisTestNode;
}

/** What can be done to the slot of the user's home. */
export class SlotMoves {
  readonly #moved = new Set<number>();
  #last: Promise<void> = Promise.resolve();

  constructor(private readonly cluster: RedisTestCluster) {}

  /** It begins to move: what is not there yet is made at its new place. */
  readonly begin: Event = (origin, server) =>
    this.#move(origin, server, ({ slot, target }) => this.cluster.beginSlotMove(slot, target));

  /** It moves, and all its keys are at the new place already. */
  readonly carry: Event = (origin, server) =>
    this.#move(origin, server, async ({ slot, target }) => {
      await this.cluster.beginSlotMove(slot, target);
      await this.cluster.migrateKeys(slot);
    });

  /** It has moved. */
  readonly finish: Event = (origin, server) =>
    this.#move(origin, server, async ({ slot, source, target }) => {
      await this.cluster.beginSlotMove(slot, target);
      await this.cluster.migrateKeys(slot);
      // Not moveSlot(), which waits until the replicas know too.
      const others = this.#masters.filter((node) => node !== source && node !== target);
      for (const node of [target, source, ...others])
        await this.cluster.command(node, 'CLUSTER', 'SETSLOT', slot, 'NODE', target.id);
    });

  /** One after another: nodes that take slots over at the same time may claim them with the same epoch. */
  #move(origin: Origin, server: Server, work: (place: Place) => Promise<void>): Promise<void> {
    const run = this.#last.then(async () => {
      const place = await this.#place(origin, server);
      if (place) await work(place);
    });
    this.#last = run.catch(() => undefined);
    return run;
  }

  get #masters(): RedisTestNode[] {
    return this.cluster.nodes.filter(({ role }) => role === 'master');
  }

  /** Each slot is moved once: one that has got stuck stays so. */
  async #place({ user }: Origin, { prefix }: Server): Promise<Place | undefined> {
    const slot = keySlot(userRecordKey(prefix, homeOfUser(user, undefined)));
    if (this.#moved.has(slot)) return undefined;
    this.#moved.add(slot);
    const source = await this.cluster.masterOf(slot);
    const masters = this.#masters;
    const target = masters[(masters.indexOf(source) + 1) % masters.length]!;
    return { slot, source, target };
  }
}

function keyOf(prefix: string, token: string): string {
  return sessionKey(prefix, { home: token.slice(1, 21), selector: token.slice(21, 37) });
}
