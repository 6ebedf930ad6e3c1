import { put, type StoreUnderTest, type StoreUser } from '../store-under-test.js';

/** When sessions end by themselves. Only the store's clock counts. */
export function describeExpiry(user: StoreUser, subject: () => StoreUnderTest): void {
  describe('a session nobody uses', () => {
    const idle = 300;

    it('is missing once its idle time is over, and its end is no error', async () => {
      const { address, times } = await user.session({ a: '1' }, { idle, absolute: 60_000 });
      await subject().reach(address, times.createdAt + idle + 1);

      await expect(user.read(address)).resolves.toEqual({ status: 'missing' });
      await expect(user.describe(address)).resolves.toBeUndefined();
    });

    it('is not brought back by any write', async () => {
      const { address, times } = await user.session({ a: '1' }, { idle, absolute: 60_000 });
      await subject().reach(address, times.createdAt + idle + 1);
      const ended = { status: 'ended', reason: 'expired' };

      await expect(user.commit(address, [put('a', '2')])).resolves.toEqual(ended);
      await expect(user.touch(address)).resolves.toBeUndefined();
      await expect(user.rotate(address)).resolves.toEqual(ended);
      await expect(user.destroy(address)).resolves.toEqual(ended);
      await expect(user.read(address)).resolves.toEqual({ status: 'missing' });
    });

    it('ends when its idle time is over, to the millisecond', async () => {
      const { address, times } = await user.session({}, { idle: 5000, absolute: 60_000 });

      await subject().expectEnd(address, times.createdAt + 5000);
    });

    it('ends at its absolute end where that comes first', async () => {
      const { address, times } = await user.session({}, { idle: 60_000, absolute: idle });
      await subject().reach(address, times.createdAt + idle + 1);

      await expect(user.read(address)).resolves.toEqual({ status: 'missing' });
      await expect(user.commit(address, [put('a', '2')])).resolves.toEqual({
        status: 'ended',
        reason: 'expired',
      });
    });
  });

  describe('a session whose absolute end comes first', () => {
    it('ends then, to the millisecond', async () => {
      const { address, times } = await user.session({}, { idle: 60_000, absolute: 5000 });

      await subject().expectEnd(address, times.createdAt + 5000);
    });
  });

  describe('a session in use', () => {
    const lifetimes = { idle: 5000, absolute: 60_000 };
    const tenth = lifetimes.idle / 10;

    async function touchedAt(address: Parameters<StoreUser['read']>[0]): Promise<number> {
      const found = await user.read(address, []);
      if (found.status !== 'live') throw new Error(found.status);
      return found.record.times.touchedAt;
    }

    it('is told to be touched once a tenth of its idle time has passed', async () => {
      const { address, times } = await user.session({}, lifetimes);
      const before = await user.read(address);
      await subject().reach(address, times.createdAt + tenth);
      const after = await user.read(address);

      // Read at once; a machine that sleeps half a second in between proves nothing.
      if (user.store.now(address) - times.createdAt < tenth)
        throw new Error('reach came too early');
      expect(before).toMatchObject({ record: { times, touchDue: false } });
      expect(after).toMatchObject({ record: { times, touchDue: true } });
    });

    it('is not written by a touch before a tenth of its idle time', async () => {
      const { address, times } = await user.session();
      await user.touch(address);

      await expect(user.read(address)).resolves.toMatchObject({ record: { times } });
      await subject().expectEnd(address, times.createdAt + times.idle);
    });

    it('does not have its end moved by a commit before a tenth of its idle time', async () => {
      const { address, times } = await user.session();
      const result = await user.commit(address, [put('a', '1')]);

      expect(result).toMatchObject({ status: 'applied', touchedAt: times.createdAt });
      await subject().expectEnd(address, times.createdAt + times.idle);
    });

    it('has its idle end moved on by a touch', async () => {
      const { address, times } = await user.session({}, lifetimes);
      await subject().reach(address, times.createdAt + tenth);
      await user.touch(address);

      const touched = await touchedAt(address);
      expect(touched).toBeGreaterThanOrEqual(times.createdAt + tenth);
      await subject().expectEnd(address, touched + lifetimes.idle);
    });

    it('has its idle end moved on by a commit', async () => {
      const { address, times } = await user.session({}, lifetimes);
      await subject().reach(address, times.createdAt + tenth);
      const result = await user.commit(address, [put('a', '1')]);

      const touched = await touchedAt(address);
      expect(touched).toBeGreaterThanOrEqual(times.createdAt + tenth);
      expect(result).toMatchObject({ status: 'applied', touchedAt: touched });
      await subject().expectEnd(address, touched + lifetimes.idle);
    });

    it('does not have its idle end moved on by a commit that stores nothing', async () => {
      const { address, times } = await user.session({ a: '1' }, lifetimes);
      await subject().reach(address, times.createdAt + tenth);
      await user.commit(address, [{ field: 'a', base: '2', text: '3' }]);
      await user.commit(address, [put('a', '12')], { session: 1, fields: 1 });

      await subject().expectEnd(address, times.createdAt + lifetimes.idle);
    });

    it.each(['touch', 'commit'] as const)(
      'does not have its absolute end moved by a %s',
      async (way) => {
        const { address, times } = await user.session({}, { idle: 5000, absolute: 5200 });
        await subject().reach(address, times.createdAt + 600);
        await (way === 'touch' ? user.touch(address) : user.commit(address, [put('a', '1')]));

        expect(await touchedAt(address)).toBeGreaterThanOrEqual(times.createdAt + 600);
        await subject().expectEnd(address, times.createdAt + 5200);
      },
    );

    it('keeps its times when its secret is replaced', async () => {
      const { address, times } = await user.session({}, lifetimes);
      await subject().reach(address, times.createdAt + tenth);
      await user.rotate(address);

      await subject().expectEnd(address, times.createdAt + lifetimes.idle);
    });
  });
}
