import { inFlight, range } from '../../support/in-flight.js';
import { sized } from '../../support/test-size.js';
import type { RecordUser } from '../record-user.js';
import { newHome, newUserAddress, operation, type StoreUnderTest } from '../store-under-test.js';

const HOUR = 3_600_000;

/** How long a record lives, and what is in it. */
export function describeRecordEnds(user: RecordUser, subject: () => StoreUnderTest): void {
  /** Ends by selector, of entries and of words. */
  async function ends(home: string): Promise<Map<string, number>> {
    const { entries } = await user.records.read(home, operation().deadline);
    return new Map([...entries].map(([name, text]) => [name, Number(text.split(' ')[1])]));
  }

  describe('a record', () => {
    it('ends with the session that lasts longest', async () => {
      const home = newHome();
      await user.listed(home, { lasts: HOUR });
      const longest = await user.listed(home, { lasts: 3 * HOUR });
      await user.listed(home, { lasts: 2 * HOUR });

      await subject().expectRecordEnd(home, (await ends(home)).get(longest)!);
    });

    it('of sessions that were all struck off ends with the last word', async () => {
      const home = newHome();
      await user.listed(home, { lasts: HOUR / 2 });
      await user.listed(home, { lasts: 3 * HOUR });
      await user.strike(home, { reason: 'revoked' });

      await subject().expectRecordEnd(home, Math.max(...(await ends(home)).values()));
    });

    it('of a disabled user stays', async () => {
      const { home } = await user.home(1);
      await user.strike(home, { disabled: 'sealed', reason: 'revoked' });

      await subject().expectRecordEnd(home, 'never');
    });

    it('has an end again once the user is enabled', async () => {
      const home = newHome();
      await user.listed(home, { lasts: 2 * HOUR });
      await user.strike(home, { disabled: 'sealed', reason: 'revoked' });
      await user.write(home, { d: null });

      await subject().expectRecordEnd(home, Math.max(...(await ends(home)).values()));
    });
  });

  describe('the word of why a session was struck off', () => {
    it('is kept for an hour, and no longer than the session would have lived', async () => {
      const home = newHome();
      const [long, short] = [
        await user.listed(home, { lasts: 5 * HOUR }),
        await user.listed(home, { lasts: HOUR / 2 }),
      ];
      const before = await ends(home);
      const from = await user.now(home);
      await user.strike(home, { reason: 'revoked' });
      const to = await user.now(home);

      const after = await ends(home);
      expect(after.get(short)).toBe(before.get(short));
      expect(after.get(long)).toBeGreaterThanOrEqual(from + HOUR - 1);
      expect(after.get(long)).toBeLessThanOrEqual(to + HOUR + 1);
    });

    it('is dropped by the next write after its end', async () => {
      const home = newHome();
      const short = await user.listed(home, { lasts: 300 });
      await user.listed(home);
      await user.strike(home, { selectors: [short], reason: 'revoked' });
      await subject().reach(newUserAddress(home), (await ends(home)).get(short)! + 1);
      await user.write(home, { r: 'roles' });

      expect((await user.entries(home)).words).toEqual({});
    });

    it('is kept of 64 sessions at most, those that last longest', async () => {
      const home = newHome();
      const list = (count: number, lasts: number) =>
        inFlight(10, range(count), () => user.listed(home, { lasts }));
      const count = sized(1000);
      await list(count - 64, HOUR / 4);
      const lasting = await list(64, HOUR / 2);

      const { removed } = await user.strike(home, { reason: 'revoked' });

      expect(removed).toHaveLength(count);
      const { listed, words } = await user.entries(home);
      expect(listed).toEqual([]);
      expect(Object.keys(words).sort()).toEqual(lasting.sort());
    });
  });
}
