import { SessionStoreUnavailableError } from '../../../lib/core/errors.js';
import {
  LONG,
  newAddress,
  newDigest,
  operation,
  put,
  type StoreUser,
} from '../store-under-test.js';

const TEXTS: Record<string, string> = {
  plain: 'alice',
  empty: '',
  json: '{"items":[1,2]}',
  'with.all:kinds-of_characters': 'zero \0, line\r\n, é, 中, 😀, %s %d, "quoted"',
  long: 'x'.repeat(100_000),
};

/** Creating, reading and describing. */
export function describeReading(user: StoreUser): void {
  describe('a session that was created', () => {
    it('is read back with all its fields and times', async () => {
      const { address, times } = await user.session(TEXTS);

      const found = await user.read(address);

      expect(found).toEqual({
        status: 'live',
        record: {
          times,
          secret: { newest: address.digest, madeAt: times.createdAt, renewable: true },
          fields: new Map(Object.entries(TEXTS)),
          touchDue: false,
        },
      });
    });

    it('is read back with the named fields only, absent ones left out', async () => {
      const { address } = await user.session({ a: '1', b: '2' });

      await expect(user.fields(address, ['b', 'missing'])).resolves.toEqual({ b: '2' });
      await expect(user.fields(address, [])).resolves.toEqual({});
    });

    it('is always read with its flash messages and data version', async () => {
      const own = { '@f': '{"notice":"saved"}', '@n': '3' };
      const { address } = await user.session({ ...own, a: '1' });

      await expect(user.fields(address, ['a'])).resolves.toEqual({ ...own, a: '1' });
      await expect(user.fields(address, [])).resolves.toEqual(own);
      await expect(user.fields(address)).resolves.toEqual({ ...own, a: '1' });
    });

    it('may have no field', async () => {
      const { address } = await user.session({});

      await expect(user.fields(address)).resolves.toEqual({});
    });

    it("has times by the store's clock", async () => {
      const { address, times } = await user.session();

      expect(times.absoluteEnd).toBe(times.createdAt + LONG.absolute);
      expect(times.idle).toBe(LONG.idle);
      expect(times.touchedAt).toBe(times.createdAt);
      expect(Math.abs(user.store.now(address) - times.createdAt)).toBeLessThan(5000);
    });

    it('is a copy: what the caller does to the maps it gave and got is not stored', async () => {
      const address = newAddress();
      const given = new Map([['a', '1']]);
      await user.store.create(address, LONG, given, operation());
      given.set('a', 'changed');
      const first = await user.read(address);
      if (first.status === 'live') (first.record.fields as Map<string, string>).set('a', 'changed');

      await expect(user.fields(address)).resolves.toEqual({ a: '1' });
    });

    it('is described by its times and the bytes of each field, without content', async () => {
      const { address, times } = await user.session({ a: 'é', empty: '', '@f': '{}' });

      await expect(user.describe(address)).resolves.toEqual({
        times,
        fieldSizes: new Map(Object.entries({ a: 2, empty: 0 })),
      });
    });
  });

  describe('a session that was never created', () => {
    it('is missing', async () => {
      await expect(user.read(newAddress())).resolves.toEqual({ status: 'missing' });
      await expect(user.read(newAddress(), ['a'])).resolves.toEqual({ status: 'missing' });
      await expect(user.describe(newAddress())).resolves.toBeUndefined();
    });

    it('is brought into being by nothing but create', async () => {
      const address = newAddress();
      const ended = { status: 'ended', reason: 'expired' };

      await expect(user.commit(address, [put('a', '1')])).resolves.toEqual(ended);
      await expect(user.touch(address)).resolves.toBeUndefined();
      await expect(user.rotate(address)).resolves.toEqual(ended);
      await expect(user.destroy(address)).resolves.toEqual(ended);

      await expect(user.read(address)).resolves.toEqual({ status: 'missing' });
      // Where anything were left, the selector would not be free.
      await user.store.create(address, LONG, new Map([['b', '2']]), operation());
      await expect(user.fields(address)).resolves.toEqual({ b: '2' });
    });
  });

  describe('create', () => {
    it('sent twice is applied once', async () => {
      const address = newAddress();
      const once = operation();
      const first = await user.store.create(address, LONG, new Map([['a', '1']]), once);
      await user.commit(address, [put('a', '2')]);

      const second = await user.store.create(address, LONG, new Map([['a', '1']]), once);

      expect(second).toEqual(first);
      await expect(user.fields(address)).resolves.toEqual({ a: '2' });
    });

    it('rejects where the selector is taken, and leaves that session as it is', async () => {
      const { address } = await user.session({ a: '1' });
      const other = { ...address, digest: newDigest() };

      await expect(
        user.store.create(other, LONG, new Map([['a', '2']]), operation()),
      ).rejects.toBeInstanceOf(SessionStoreUnavailableError);

      await expect(user.fields(address)).resolves.toEqual({ a: '1' });
    });

    it('does not bring back a session that was destroyed', async () => {
      const { address } = await user.session({ a: '1' });
      await user.destroy(address);

      await expect(
        user.store.create(address, LONG, new Map([['a', '1']]), operation()),
      ).rejects.toBeInstanceOf(SessionStoreUnavailableError);

      await expect(user.read(address)).resolves.toEqual({ status: 'ended', reason: 'destroyed' });
    });
  });
}
