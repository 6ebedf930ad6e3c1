import type { ExpiryIndex } from '../../../lib/core/expiry-index.js';
import { until } from '../../support/until.js';
import { newAddress, operation, type StoreUnderTest, type StoreUser } from '../store-under-test.js';

const LEASE_MS = 60_000;

/** What every store does with the index of when sessions end. */
export function describeEnds(user: StoreUser, subject: () => StoreUnderTest): void {
  describe('knows when sessions end', () => {
    const index = (): ExpiryIndex => user.store.expiry!;
    const deadline = (): number => operation().deadline;

    /** Takes what is due from all buckets: selectors by end. */
    const takeAll = async (leaseMs = LEASE_MS): Promise<Map<string, number | undefined>> => {
      const taken = new Map<string, number | undefined>();
      for (let bucket = 0; bucket < index().buckets; bucket++) {
        const due = await index().take(bucket, 100, leaseMs, deadline());
        for (const { selector, end } of due.sessions) taken.set(selector, end);
      }
      return taken;
    };

    /** The bucket of a session whose end has come. */
    const bucketOf = async (selector: string): Promise<number> => {
      let found = -1;
      await until('the session is due', async () => {
        for (let bucket = 0; bucket < index().buckets && found < 0; bucket++) {
          const { sessions } = await index().take(bucket, 100, 0, deadline());
          if (sessions.some((session) => session.selector === selector)) found = bucket;
        }
        return found >= 0;
      });
      return found;
    };

    const shortLived = async (userId?: string) => {
      const address = newAddress();
      const life = { idle: 200, absolute: 60_000 };
      const times = await user.store.create(address, life, new Map(), operation(), userId);
      return { address, end: times.createdAt + 200 };
    };

    it('gives a session whose end has come to one caller, and its end', async () => {
      const { address, end } = await shortLived();
      expect((await takeAll()).has(address.selector)).toBe(false);
      await subject().reach(address, end + 50);

      let first: number | undefined;
      await until('the session is due', async () => {
        first = (await takeAll()).get(address.selector);
        return first !== undefined;
      });

      // By the index's own clock, and as late as it was noted.
      expect(first).toBeGreaterThan(end - 200);
      expect((await takeAll()).has(address.selector)).toBe(false);
    });

    it('gives it again when the lease is over, without its end', async () => {
      const { address, end } = await shortLived();
      await subject().reach(address, end + 50);
      const bucket = await bucketOf(address.selector);
      await subject().reach(address, end + 100);

      const { sessions } = await index().take(bucket, 100, LEASE_MS, deadline());

      const again = sessions.find(({ selector }) => selector === address.selector);
      expect(again).toMatchObject({ home: address.home, end: undefined });
    });

    it('remembers whose it is', async () => {
      const { address, end } = await shortLived('Ann 1');
      await subject().reach(address, end + 50);
      const bucket = await bucketOf(address.selector);

      const owners = await index().ownersOf(bucket, [address], deadline());

      expect(owners).toEqual(new Map([[address.selector, { userId: 'Ann 1', idle: 200 }]]));
      await index().remove(bucket, [address], deadline());
      expect(await index().ownersOf(bucket, [address], deadline())).toEqual(new Map());
    });

    it('forgets a session that was put off until then', async () => {
      const { address, end } = await shortLived();
      await subject().reach(address, end + 50);
      const bucket = await bucketOf(address.selector);

      await index().putOff(bucket, [[address, end + 600_000]], deadline());

      expect((await takeAll()).has(address.selector)).toBe(false);
    });

    it('does not take back one that has ended otherwise', async () => {
      const { address, end } = await shortLived();
      await subject().reach(address, end + 50);
      const bucket = await bucketOf(address.selector);
      await index().remove(bucket, [address], deadline());

      await index().putOff(bucket, [[address, end]], deadline());

      expect((await takeAll()).has(address.selector)).toBe(false);
    });

    it.each(['destroy', 'retire', 'remove'] as const)('forgets one at once at %s', async (how) => {
      const { address, end } = await shortLived();
      const { store } = user;
      if (how === 'destroy') await store.destroy(address, operation());
      else if (how === 'retire') await store.retire(address, 'login', [], operation());
      else await store.remove(address.home, [address.selector], deadline());
      await subject().reach(address, end + 50);

      await until('it is not due', async () => !(await takeAll(0)).has(address.selector));
    });
  });
}
