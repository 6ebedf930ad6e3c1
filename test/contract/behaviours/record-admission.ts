import { SessionEndedError, SessionStoreUnavailableError } from '../../../lib/core/errors.js';
import type { RecordUser } from '../record-user.js';
import { lateOperation, newHome, newSelector, operation } from '../store-under-test.js';

/** Listing a session in its user's record, within the limit. */
export function describeAdmission(user: RecordUser): void {
  describe('admitting a session', () => {
    it('lists it with the text it came with, and evicts nobody', async () => {
      const home = newHome();
      const [selector, entry] = [newSelector(), await user.entry(home)];

      const result = await user.admit(home, { selector, entry });

      expect(result).toMatchObject({ status: 'admitted', evicted: [], fields: new Map() });
      const { entries } = await user.records.read(home, operation().deadline);
      expect(entries).toEqual(new Map([[selector, entry]]));
    });

    it('takes over the roles it brings, and answers with those that stand', async () => {
      const { home } = await user.home(1);
      await user.admit(home, { fields: new Map([['r', 'first']]) });
      await user.write(home, { x: 'attributes' });

      const kept = await user.admit(home);
      const replaced = await user.admit(home, { fields: new Map([['r', 'second']]) });

      const said = (r: string) => ({ fields: new Map(Object.entries({ r, x: 'attributes' })) });
      expect(kept).toMatchObject(said('first'));
      expect(replaced).toMatchObject(said('second'));
    });

    it("strikes off the session it replaces with the word 'login', whatever the limit", async () => {
      const { home, names } = await user.home(2);
      const selector = newSelector();

      const result = await user.admit(home, { selector, replaces: names[0]!, most: 2 });

      expect(result).toMatchObject({ status: 'admitted', evicted: [] });
      await expect(user.entries(home)).resolves.toEqual({
        listed: [names[1]!, selector].sort(),
        words: { [names[0]!]: 'login' },
      });
    });

    it('is refused for a disabled user, and changes nothing', async () => {
      const { home } = await user.home(1);
      await user.strike(home, { disabled: 'sealed', reason: 'revoked' });
      const before = await user.records.read(home, operation().deadline);

      await expect(user.admit(home, { fields: new Map([['r', 'roles']]) })).resolves.toEqual({
        status: 'refused',
        reason: 'disabled',
      });

      await expect(user.records.read(home, operation().deadline)).resolves.toEqual(before);
    });

    it('is not done after its deadline', async () => {
      const home = newHome();

      await expect(user.admit(home, {}, lateOperation())).rejects.toBeInstanceOf(
        SessionStoreUnavailableError,
      );

      await expect(user.entries(home)).resolves.toEqual({ listed: [], words: {} });
    });
  });

  describe('admitting one session too many', () => {
    const evict = (first: 'oldest' | 'nobody' | { first: readonly string[] }) => ({
      dead: [] as string[],
      evict: first,
    });

    it('first only tells who is listed', async () => {
      const { home, names } = await user.home(2);

      const result = await user.admit(home, { most: 2 });

      expect(result).toMatchObject({ status: 'full' });
      expect(result.status === 'full' && [...result.listed].sort()).toEqual([...names].sort());
      await expect(user.entries(home)).resolves.toEqual({ listed: [...names].sort(), words: {} });
    });

    it('makes room by what is known to be dead, without a word of it', async () => {
      const { home, names } = await user.home(2);
      const selector = newSelector();

      const result = await user.admit(home, {
        selector,
        most: 2,
        atLimit: { dead: [names[1]!], evict: 'nobody' },
      });

      expect(result).toMatchObject({ status: 'admitted', evicted: [] });
      await expect(user.entries(home)).resolves.toEqual({
        listed: [names[0]!, selector].sort(),
        words: {},
      });
    });

    it('makes room by entries whose end has passed', async () => {
      const { home, names } = await user.home(1);
      await user.listed(home, { lasts: 0 });

      await expect(user.admit(home, { most: 2 })).resolves.toMatchObject({ status: 'admitted' });

      const { listed, words } = await user.entries(home);
      expect(listed).toHaveLength(2);
      expect(listed).toContain(names[0]);
      expect(words).toEqual({});
    });

    it('evicts the oldest, as many as are too many, with a word for each', async () => {
      const { home, names } = await user.home(4);
      const selector = newSelector();

      const result = await user.admit(home, { selector, most: 3, atLimit: evict('oldest') });

      expect(result).toMatchObject({ status: 'admitted', evicted: names.slice(0, 2) });
      await expect(user.entries(home)).resolves.toEqual({
        listed: [names[2]!, names[3]!, selector].sort(),
        words: { [names[0]!]: 'evicted', [names[1]!]: 'evicted' },
      });
    });

    it('evicts those that are named in their order, then the oldest', async () => {
      const { home, names } = await user.home(4);
      const first = [names[3]!, newSelector(), names[2]!];

      const result = await user.admit(home, { most: 2, atLimit: evict({ first }) });

      expect(result).toMatchObject({ evicted: [names[3], names[2], names[0]] });
    });

    it('is refused where nobody may be evicted, or none is allowed at all', async () => {
      const { home, names } = await user.home(1);
      const refused = { status: 'refused', reason: 'limit' };

      await expect(user.admit(home, { most: 1, atLimit: evict('nobody') })).resolves.toEqual(
        refused,
      );
      await expect(user.admit(home, { most: 0, atLimit: evict('oldest') })).resolves.toEqual(
        refused,
      );

      await expect(user.entries(home)).resolves.toEqual({ listed: names, words: {} });
    });

    it('leaves exactly as many as are allowed, however many come at once', async () => {
      const { home } = await user.home(5);

      const results = await Promise.all(
        Array.from({ length: 20 }, () => user.admit(home, { most: 5, atLimit: evict('oldest') })),
      );

      const evicted = results.flatMap((result) =>
        result.status === 'admitted' ? result.evicted : ['refused'],
      );
      expect(new Set(evicted).size).toBe(20);
      const { listed, words } = await user.entries(home);
      expect(listed).toHaveLength(5);
      expect(Object.keys(words).sort()).toEqual([...evicted].sort());
    });
  });

  describe('an admission that is sent again', () => {
    it('is done once and answered as the first time, with whom it evicted', async () => {
      const { home } = await user.home(100);
      const once = operation();
      const admission = {
        selector: newSelector(),
        entry: await user.entry(home),
        fields: new Map([['r', 'roles']] as const),
        most: 5,
        atLimit: { dead: [], evict: 'oldest' as const },
      };

      const first = await user.admit(home, admission, once);
      const again = await user.admit(home, admission, once);

      expect(again).toEqual(first);
      expect(first.status === 'admitted' && first.evicted).toHaveLength(96);
      expect((await user.entries(home)).listed).toHaveLength(5);
    });

    it('does not bring back a session that was struck off in between', async () => {
      const { home } = await user.home(0);
      const once = operation();
      const admission = { selector: newSelector(), entry: await user.entry(home) };
      await user.admit(home, admission, once);
      await user.strike(home, { reason: 'revoked' });

      await expect(user.admit(home, admission, once)).rejects.toEqual(
        new SessionEndedError('revoked'),
      );

      expect((await user.entries(home)).listed).toEqual([]);
    });
  });
}
