import { SessionStoreUnavailableError } from '../../../lib/core/errors.js';
import {
  LIMITS,
  LONG,
  lateOperation,
  newAddress,
  newDigest,
  operation,
  put,
  replace,
  type StoreUnderTest,
  type StoreUser,
} from '../store-under-test.js';

/** At most once, and never late. */
export function describeOperations(user: StoreUser, subject: () => StoreUnderTest): void {
  describe('an operation sent twice', () => {
    it('is applied once', async () => {
      const { address } = await user.session({ a: '1' });
      const once = operation();
      const changes = [replace('a', '1', '2'), replace('b', null, '3')];

      const first = await user.store.commit(address, changes, LIMITS, once, 1);
      const second = await user.store.commit(address, changes, LIMITS, once, 1);

      expect(first).toMatchObject({ status: 'applied', attempt: 1 });
      expect(second).toEqual(first);
      await expect(user.fields(address)).resolves.toEqual({ a: '2', b: '3' });
    });

    it('is applied once also after another writer has changed the field', async () => {
      const { address } = await user.session({ a: '1' });
      const once = operation();
      await user.store.commit(address, [put('a', 'mine')], LIMITS, once, 1);
      await user.commit(address, [put('a', 'theirs')]);

      const again = await user.store.commit(address, [put('a', 'mine')], LIMITS, once, 1);

      expect(again).toMatchObject({ status: 'applied', attempt: 1 });
      await expect(user.fields(address)).resolves.toEqual({ a: 'theirs' });
    });

    it('is applied once also after another request has replaced the secret', async () => {
      const { address } = await user.session({ a: '1' });
      const once = operation();
      await user.store.commit(address, [put('a', 'mine')], LIMITS, once, 1);
      await user.rotate(address);

      const again = await user.store.commit(address, [put('a', 'mine')], LIMITS, once, 1);
      const other = await user.commit(address, [put('a', 'another')]);

      expect(again).toMatchObject({ status: 'applied', attempt: 1 });
      expect(other).toMatchObject({ status: 'ended', reason: 'rotated' });
    });

    it('answers with the attempt that was applied, not with the one that was sent', async () => {
      const { address } = await user.session({ a: '1' });
      const once = operation();
      const attempt = (n: number, base: string, text: string) =>
        user.store.commit(address, [replace('a', base, text)], LIMITS, once, n);

      await expect(attempt(1, 'other', '2')).resolves.toMatchObject({ status: 'conflict' });
      await expect(attempt(2, '1', '3')).resolves.toMatchObject({ status: 'applied', attempt: 2 });
      await expect(attempt(3, '3', '4')).resolves.toMatchObject({ status: 'applied', attempt: 2 });
      await expect(attempt(1, '3', '5')).resolves.toMatchObject({ status: 'applied', attempt: 2 });

      await expect(user.fields(address)).resolves.toEqual({ a: '3' });
    });

    it('50 times in parallel is applied once', async () => {
      const { address } = await user.session({ a: '0' });
      const once = operation();

      const results = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          user.store.commit(address, [put('a', `${n + 1}`)], LIMITS, once, n + 1),
        ),
      );

      const { a } = await user.fields(address);
      const applied = { status: 'applied', attempt: Number(a) };
      for (const result of results) expect(result).toMatchObject(applied);
    });

    it('is still known among 100 others whose callers wait', async () => {
      const { address } = await user.session({ a: '1' });
      const once = operation();
      await user.store.commit(address, [put('a', 'mine')], LIMITS, once, 1);
      await Promise.all(
        Array.from({ length: 100 }, (_, n) => user.commit(address, [put('a', `${n}`)])),
      );

      const again = await user.store.commit(address, [put('a', 'again')], LIMITS, once, 2);

      expect(again).toMatchObject({ status: 'applied', attempt: 1 });
      expect(await user.fields(address)).not.toEqual({ a: 'again' });
    });

    it('is forgotten some time after its deadline, so that ids do not pile up', async () => {
      const address = newAddress();
      await user.store.create(address, LONG, new Map([['a', '1']]), operation(1000));
      const { id, deadline } = operation(1000);
      await user.store.commit(address, [put('a', '2')], LIMITS, { id, deadline }, 1);
      await subject().reach(address, user.store.now(address) + 3500);
      await user.commit(address, [put('b', '1')]);

      const reused = { id, deadline: operation().deadline };
      const result = await user.store.commit(address, [put('a', '3')], LIMITS, reused, 2);

      expect(result).toMatchObject({ status: 'applied', attempt: 2 });
      await expect(user.fields(address)).resolves.toEqual({ a: '3', b: '1' });
    });
  });

  describe('an operation whose deadline has passed', () => {
    it('rejects and stores nothing, whichever it is', async () => {
      const { address, times } = await user.session({ a: '1' });
      const unborn = newAddress();
      const { store } = user;

      const late = await Promise.allSettled([
        store.create(unborn, LONG, new Map([['a', '1']]), lateOperation()),
        store.commit(address, [put('a', '2')], LIMITS, lateOperation(), 1),
        store.touch(address, lateOperation().deadline),
        store.rotate(address, newDigest(), lateOperation()),
        store.destroy(address, lateOperation()),
        store.read(address, undefined, lateOperation().deadline),
        store.describe(address.home, address.selector, lateOperation().deadline),
      ]);

      for (const result of late) {
        expect(result).toEqual({
          status: 'rejected',
          reason: expect.any(SessionStoreUnavailableError) as unknown,
        });
      }
      await expect(user.read(unborn)).resolves.toEqual({ status: 'missing' });
      await expect(user.read(address)).resolves.toMatchObject({
        status: 'live',
        record: { times, fields: new Map([['a', '1']]) },
      });
    });

    it('is not applied by a later attempt either', async () => {
      const { address } = await user.session({ a: '1' });
      const once = operation(200);
      const conflict = user.store.commit(address, [replace('a', '0', '2')], LIMITS, once, 1);
      await conflict.catch(() => undefined);
      while (performance.now() < once.deadline) await new Promise(setImmediate);

      await expect(
        user.store.commit(address, [replace('a', '1', '2')], LIMITS, once, 2),
      ).rejects.toBeInstanceOf(SessionStoreUnavailableError);

      await expect(user.fields(address)).resolves.toEqual({ a: '1' });
    });
  });
}
