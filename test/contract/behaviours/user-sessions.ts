import type { SessionAddress } from '../../../lib/core/session-store.js';
import type { RecordUser } from '../record-user.js';
import {
  LIMITS,
  LONG,
  newDigest,
  newSelector,
  newUserAddress,
  operation,
  put,
} from '../store-under-test.js';

/** Sessions that a user's record belongs to. */
export function describeUserSessions(user: RecordUser): void {
  const { sessions } = user;

  async function session(
    fields: Record<string, string> = {},
    home?: string,
  ): Promise<{ address: SessionAddress; entry: string }> {
    const address = newUserAddress(home);
    const texts = new Map(Object.entries(fields));
    await sessions.store.create(address, LONG, texts, operation());
    const entry = await user.entry(address.home);
    await user.admit(address.home, { selector: address.selector, entry });
    return { address, entry };
  }

  describe("reading a user's session", () => {
    it("gives what the user's record says of it in the same turn", async () => {
      const { address, entry } = await session({ a: '1', '@a': 'sealed' });
      await session({}, address.home);
      await user.write(address.home, { r: 'roles', x: 'attributes', d: 'disabled' });

      const found = await sessions.read(address, ['a']);

      expect(found).toMatchObject({
        status: 'live',
        record: { fields: new Map(Object.entries({ a: '1', '@a': 'sealed' })) },
        user: {
          entry,
          fields: new Map(Object.entries({ r: 'roles', x: 'attributes', d: 'disabled' })),
        },
      });
    });

    it('gives the word that stands in place of an entry, and nothing where there is neither', async () => {
      const { address } = await session({ a: '1' });
      await user.strike(address.home, { reason: 'revoked' });
      const unlisted = newUserAddress();
      await sessions.store.create(unlisted, LONG, new Map(), operation());

      await expect(sessions.read(address)).resolves.toMatchObject({
        status: 'live',
        user: { entry: expect.stringMatching(/^!revoked \d+$/) as unknown },
      });
      await expect(sessions.read(unlisted)).resolves.toMatchObject({
        status: 'live',
        user: { entry: undefined, fields: new Map() },
      });
    });

    it('gives it also where the session itself is gone', async () => {
      const { address, entry } = await session();
      await sessions.store.remove(address.home, [address.selector], operation().deadline);

      await expect(sessions.read(address)).resolves.toMatchObject({
        status: 'missing',
        user: { entry },
      });
    });
  });

  describe("committing to a user's session", () => {
    it('tells what the record says after the write', async () => {
      const { address, entry } = await session({ a: '1' });

      const listed = await sessions.commit(address, [put('a', '2')]);
      await user.strike(address.home, { reason: 'revoked' });
      const revoked = await sessions.commit(address, [put('a', '3')]);

      expect(listed).toMatchObject({ status: 'applied', user: { entry } });
      expect(revoked).toMatchObject({
        status: 'applied',
        user: { entry: expect.stringMatching(/^!revoked /) as unknown },
      });
    });

    it('tells it also to a sending that finds itself applied already', async () => {
      const { address } = await session({ a: '1' });
      const once = operation();
      await sessions.store.commit(address, [put('a', '2')], LIMITS, once, 1);
      await user.strike(address.home, { disabled: 'disabled' });

      const again = await sessions.store.commit(address, [put('a', '2')], LIMITS, once, 1);

      expect(again).toMatchObject({
        status: 'applied',
        user: { fields: new Map([['d', 'disabled']]) },
      });
    });
  });

  describe('rotating with fields', () => {
    it("replaces the secret and the library's own fields in one step", async () => {
      const { address } = await session({ a: '1', '@a': 'old' });
      const digest = newDigest();
      const fields = new Map([['@a', 'new']]);

      await sessions.store.rotate(address, digest, operation(), { fields, durable: true });

      await expect(sessions.fields({ ...address, digest })).resolves.toEqual({
        a: '1',
        '@a': 'new',
      });
    });

    it('does neither where the secret is no longer good', async () => {
      const { address } = await session({ '@a': 'old' });
      const other = { ...address, digest: newDigest() };
      const fields = new Map([['@a', 'new']]);

      const result = await sessions.store.rotate(other, newDigest(), operation(), { fields });

      expect(result).toMatchObject({ status: 'ended', reason: 'rotated' });
      await expect(sessions.fields(address)).resolves.toEqual({ '@a': 'old' });
    });
  });

  describe('retiring a session', () => {
    const retire = (address: SessionAddress, fields: string[], once = operation()) =>
      sessions.store.retire(address, 'login', fields, once);

    it('hands back the named fields that were stored, and ends it with the reason', async () => {
      const { address } = await sessions.session({ a: '1', b: '2', '@f': 'flash' });

      await expect(retire(address, ['a', 'c'])).resolves.toEqual({
        status: 'applied',
        texts: new Map([['a', '1']]),
      });

      const ended = { status: 'ended', reason: 'login' };
      await expect(sessions.read(address)).resolves.toEqual(ended);
      await expect(sessions.commit(address, [put('a', 'late')])).resolves.toEqual(ended);
      await expect(sessions.destroy(address)).resolves.toEqual(ended);
      await expect(sessions.describe(address)).resolves.toBeUndefined();
    });

    it('gives the same answer again, to the same sending and to another with the same reason', async () => {
      const { address } = await sessions.session({ a: '1' });
      const once = operation();
      const first = await retire(address, ['a'], once);

      await expect(retire(address, ['a'], once)).resolves.toEqual(first);
      await expect(retire(address, ['a'])).resolves.toEqual(first);
    });

    it('hands back nothing where it had ended for another reason or the secret is not its own', async () => {
      const { address } = await sessions.session({ a: '1' });
      const { address: other } = await sessions.session({ a: '1' });
      await sessions.destroy(address);

      await expect(retire(address, ['a'])).resolves.toEqual({
        status: 'ended',
        reason: 'destroyed',
      });
      await expect(retire({ ...other, digest: newDigest() }, ['a'])).resolves.toEqual({
        status: 'ended',
        reason: 'rotated',
      });
      await expect(sessions.fields(other)).resolves.toEqual({ a: '1' });
    });

    it('does not hand the texts of a retired session to a token that is not its own', async () => {
      const { address } = await sessions.session({ a: '1' });
      await retire(address, ['a']);

      await expect(retire({ ...address, digest: newDigest() }, ['a'])).resolves.toMatchObject({
        status: 'ended',
      });
    });
  });

  describe('removing sessions and asking for their times', () => {
    it('removes without a trace those that are there', async () => {
      const { address, times } = await sessions.session({ a: '1' });
      const { home, selector } = address;
      const deadline = () => operation().deadline;
      await expect(
        sessions.store.timesOf(home, [selector, newSelector()], deadline()),
      ).resolves.toEqual(new Map([[selector, times]]));

      await sessions.store.remove(home, [selector, newSelector()], deadline());

      await expect(sessions.read(address)).resolves.toMatchObject({ status: 'missing' });
      await expect(sessions.store.timesOf(home, [selector], deadline())).resolves.toEqual(
        new Map(),
      );
    });

    it('gives no times of a session that was ended', async () => {
      const { address } = await sessions.session();
      await sessions.destroy(address);

      await expect(
        sessions.store.timesOf(address.home, [address.selector], operation().deadline),
      ).resolves.toEqual(new Map());
    });
  });

  it('learns what time it is in the store', async () => {
    const { address, times } = await sessions.session();

    const now = await sessions.store.learnNow(address, operation().deadline);

    expect(Math.abs(now - times.createdAt)).toBeLessThan(60_000);
  });
}
