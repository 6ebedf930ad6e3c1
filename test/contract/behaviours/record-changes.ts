import { SessionStoreUnavailableError } from '../../../lib/core/errors.js';
import type { RecordUser } from '../record-user.js';
import { lateOperation, newHome, newSelector, operation } from '../store-under-test.js';

const NOTHING = { applied: false };

/** What takes sessions off a user's record, and what changes it. */
export function describeRecordChanges(user: RecordUser): void {
  describe('striking sessions off', () => {
    it('takes one off and leaves the word of why', async () => {
      const { home, names } = await user.home(2);

      const result = await user.strike(home, { selectors: [names[0]!], reason: 'logout' });

      expect(result).toMatchObject({ applied: true, removed: [names[0]] });
      await expect(user.entries(home)).resolves.toEqual({
        listed: [names[1]],
        words: { [names[0]!]: 'logout' },
      });
    });

    it('takes all off where none is named, and all but one where one stays', async () => {
      const { home, names } = await user.home(3);

      const others = await user.strike(home, { except: names[1]!, reason: 'revoked' });
      const last = await user.strike(home, { reason: 'revoked' });

      expect([...others.removed].sort()).toEqual([names[0]!, names[2]!].sort());
      expect(last.removed).toEqual([names[1]]);
      expect((await user.entries(home)).listed).toEqual([]);
    });

    it('without a reason leaves no word', async () => {
      const { home, names } = await user.home(2);

      await user.strike(home, { selectors: [names[0]!] });

      await expect(user.entries(home)).resolves.toEqual({ listed: [names[1]], words: {} });
    });

    it('of sessions that are not listed changes nothing and says so', async () => {
      const { home, names } = await user.home(1);
      await user.strike(home, { selectors: names, reason: 'logout' });

      const again = { ...NOTHING, removed: [] };
      await expect(
        user.strike(home, { selectors: names, reason: 'revoked' }),
      ).resolves.toMatchObject(again);
      await expect(user.strike(home, { selectors: [] })).resolves.toMatchObject(again);
      await expect(user.strike(home, { reason: 'revoked' })).resolves.toMatchObject(again);
      await expect(user.strike(newHome(), { reason: 'revoked' })).resolves.toMatchObject(again);

      await expect(user.entries(home)).resolves.toEqual({
        listed: [],
        words: { [names[0]!]: 'logout' },
      });
    });

    it('with a text for it disables the user in the same step, also one without a session', async () => {
      const { home, names } = await user.home(2);
      const nobody = newHome();

      const result = await user.strike(home, { disabled: 'sealed', reason: 'revoked' });

      expect([...result.removed].sort()).toEqual([...names].sort());
      await expect(user.fields(home)).resolves.toEqual({ d: 'sealed' });
      await expect(user.strike(nobody, { disabled: 'sealed' })).resolves.toMatchObject({
        applied: true,
      });
      await expect(user.fields(nobody)).resolves.toEqual({ d: 'sealed' });
    });

    it('sent again answers the same and strikes off nothing that was listed since', async () => {
      const { home } = await user.home(100);
      for (const reason of ['revoked', undefined] as const) {
        const once = operation();
        const first = await user.strike(home, { reason }, once);
        const later = await user.listed(home);

        const again = await user.strike(home, { reason }, once);

        expect(again).toEqual(first);
        expect((await user.entries(home)).listed).toEqual([later]);
      }
    });
  });

  describe('replacing an entry', () => {
    it('is done where it is still the text that was read', async () => {
      const { home, names } = await user.home(1);
      const name = names[0]!;
      const { entries } = await user.records.read(home, operation().deadline);
      const [from, to] = [entries.get(name)!, await user.entry(home)];

      await expect(
        user.records.replaceEntry(home, name, from, to, operation()),
      ).resolves.toMatchObject({ applied: true });
      await expect(
        user.records.replaceEntry(home, name, from, 'other', operation()),
      ).resolves.toMatchObject(NOTHING);

      const now = await user.records.read(home, operation().deadline);
      expect(now.entries.get(name)).toBe(to);
    });

    it('does not list a session that was struck off', async () => {
      const { home, names } = await user.home(1);
      const name = names[0]!;
      const from = (await user.records.read(home, operation().deadline)).entries.get(name)!;
      await user.strike(home, { reason: 'revoked' });
      const to = await user.entry(home);

      await expect(
        user.records.replaceEntry(home, name, from, to, operation()),
      ).resolves.toMatchObject(NOTHING);

      expect((await user.entries(home)).listed).toEqual([]);
    });

    it('sent again is done once, also where another has put the old text back', async () => {
      const { home, names } = await user.home(1);
      const name = names[0]!;
      const from = (await user.records.read(home, operation().deadline)).entries.get(name)!;
      const to = await user.entry(home);
      const once = operation();
      await user.records.replaceEntry(home, name, from, to, once);
      await user.records.replaceEntry(home, name, to, from, operation());

      await expect(user.records.replaceEntry(home, name, from, to, once)).resolves.toMatchObject({
        applied: true,
      });

      const { entries } = await user.records.read(home, operation().deadline);
      expect(entries.get(name)).toBe(from);
    });
  });

  describe('writing fields', () => {
    it('sets some, removes others and leaves the rest', async () => {
      const { home } = await user.home(1);
      await user.write(home, { r: 'roles', x: 'attributes' });

      await expect(user.write(home, { r: 'other roles' })).resolves.toMatchObject({
        applied: true,
      });
      await user.write(home, { x: null });

      await expect(user.fields(home)).resolves.toEqual({ r: 'other roles' });
    });

    it('is not done for a user without a session, unless the user is disabled', async () => {
      const { home } = await user.home(1);
      await user.strike(home, { reason: 'logout' });

      await expect(user.write(home, { r: 'roles' })).resolves.toMatchObject(NOTHING);
      await expect(user.write(newHome(), { r: 'roles' })).resolves.toMatchObject(NOTHING);
      await user.strike(home, { disabled: 'sealed' });
      await expect(user.write(home, { r: 'roles' })).resolves.toMatchObject({ applied: true });

      await expect(user.fields(home)).resolves.toEqual({ d: 'sealed', r: 'roles' });
    });

    it('sent again does not undo what was written since', async () => {
      const { home } = await user.home(1);
      const once = operation();
      const demote = () => user.records.write(home, new Map([['r', 'first']]), once);
      await demote();
      await user.write(home, { r: 'second' });

      await expect(demote()).resolves.toMatchObject({ applied: true });

      await expect(user.fields(home)).resolves.toEqual({ r: 'second' });
    });
  });

  describe('forgetting a user', () => {
    it('removes all that was said of the user and of the sessions', async () => {
      const { home, names } = await user.home(3);
      await user.write(home, { r: 'roles', x: 'attributes' });
      await user.strike(home, { selectors: [names[0]!], reason: 'logout' });
      await user.strike(home, { selectors: [names[1]!], disabled: 'sealed' });

      const result = await user.records.forget(home, operation());

      expect(result).toMatchObject({ applied: true, removed: [names[2]] });
      await expect(user.fields(home)).resolves.toEqual({});
      await expect(user.entries(home)).resolves.toEqual({ listed: [], words: {} });
      await expect(user.records.forget(home, operation())).resolves.toMatchObject(NOTHING);
    });

    it('sent again answers the same and leaves what was listed since', async () => {
      const { home } = await user.home(3);
      const once = operation();
      const first = await user.records.forget(home, once);
      const later = await user.listed(home);

      await expect(user.records.forget(home, once)).resolves.toEqual(first);

      expect((await user.entries(home)).listed).toEqual([later]);
    });
  });

  it('no change of a record is made after its deadline', async () => {
    const { home, names } = await user.home(1);
    const before = await user.records.read(home, operation().deadline);
    const [name, from] = [names[0]!, before.entries.get(names[0]!)!];
    const { records } = user;

    const late = await Promise.allSettled([
      records.strike(home, { reason: 'revoked' }, lateOperation()),
      records.strike(home, { disabled: 'sealed' }, lateOperation()),
      records.write(home, new Map([['r', 'roles']]), lateOperation()),
      records.replaceEntry(home, name, from, await user.entry(home), lateOperation()),
      records.forget(home, lateOperation()),
      records.read(home, lateOperation().deadline),
    ]);

    const reason = expect.any(SessionStoreUnavailableError) as unknown;
    expect(late).toEqual(late.map(() => ({ status: 'rejected', reason })));
    await expect(records.read(home, operation().deadline)).resolves.toEqual(before);
  });

  it('a selector may be listed again after it was struck off', async () => {
    const home = newHome();
    const selector = newSelector();
    await user.admit(home, { selector });
    await user.strike(home, { reason: 'logout' });

    await expect(user.admit(home, { selector })).resolves.toMatchObject({ status: 'admitted' });

    await expect(user.entries(home)).resolves.toMatchObject({ listed: [selector] });
  });
}
