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

/** What can be done to the slot of the user's home. */
export class SlotMoves {
  readonly #moved = new Set<number>();

  constructor(private readonly cluster: RedisTestCluster) {}

  /** It begins to move: what is not there yet is made at its new place. */
  readonly begin: Event = async (origin, server) => {
    const place = await this.#place(origin, server);
    if (place) await this.cluster.beginSlotMove(place.slot, place.target);
  };

  /** It moves, and all its keys are at the new place already. */
  readonly carry: Event = async (origin, server) => {
    const place = await this.#place(origin, server);
    if (!place) return;
    await this.cluster.beginSlotMove(place.slot, place.target);
    await this.cluster.migrateKeys(place.slot);
  };

  /** It has moved. */
  readonly finish: Event = async (origin, server) => {
    const place = await this.#place(origin, server);
    if (!place) return;
    const { slot, source, target } = place;
    await this.cluster.beginSlotMove(slot, target);
    await this.cluster.migrateKeys(slot);
    // Not moveSlot(), which waits for all nodes to agree: what is of interest is that they do not yet.
    for (const node of [target, source])
      await this.cluster.command(node, 'CLUSTER', 'SETSLOT', slot, 'NODE', target.id);
  };

  /** Each slot is moved once: one that has got stuck stays so. */
  async #place(
    { user }: Origin,
    { prefix }: Server,
  ): Promise<{ slot: number; source: RedisTestNode; target: RedisTestNode } | undefined> {
    const slot = keySlot(userRecordKey(prefix, homeOfUser(user, undefined)));
    if (this.#moved.has(slot)) return undefined;
    this.#moved.add(slot);
    const source = await this.cluster.masterOf(slot);
    const masters = this.cluster.nodes.filter(({ role }) => role === 'master');
    const target = masters[(masters.indexOf(source) + 1) % masters.length]!;
    return { slot, source, target };
  }
}

function keyOf(prefix: string, token: string): string {
  return sessionKey(prefix, { home: token.slice(1, 21), selector: token.slice(21, 37) });
}
