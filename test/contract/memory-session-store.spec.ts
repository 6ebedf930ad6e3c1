import { SessionStoreUnavailableError } from '../../lib/core/errors.js';
import { MemorySessionStore } from '../../lib/memory/memory-session-store.js';
import { describeStoreContract } from './session-store.contract.js';
import { LONG, newAddress, operation, put, StoreUser } from './store-under-test.js';

function memoryUnderTest(maxSessions?: number) {
  let time = Date.now();
  const store = new MemorySessionStore({
    now: () => time,
    indexEnds: true,
    ...(maxSessions === undefined ? {} : { maxSessions }),
  });
  const set = (to: number): void => {
    time = to;
  };
  const isLive = async (home: string, selector: string): Promise<boolean> =>
    (await store.describe(home, selector, operation().deadline)) !== undefined;
  return {
    store,
    async reach(_address: unknown, to: number): Promise<void> {
      set(Math.max(time, to));
    },
    async passGrace(): Promise<void> {
      set(time + 10_000);
    },
    async expectEnd({ home, selector }: { home: string; selector: string }, end: number) {
      set(end - 1);
      expect(await isLive(home, selector)).toBe(true);
      set(end);
      expect(await isLive(home, selector)).toBe(false);
    },
    async expectRecordEnd(home: string, end: number | 'never') {
      const isThere = async (): Promise<boolean> => {
        const { fields, entries } = await store.users.read(home, operation().deadline);
        return fields.size + entries.size > 0;
      };
      set(end === 'never' ? time + 1000 * LONG.absolute : end - 1);
      expect(await isThere()).toBe(true);
      if (end === 'never') return;
      set(end);
      expect(await isThere()).toBe(false);
    },
    close: () => store.close(),
  };
}

describeStoreContract('MemorySessionStore', async () => {
  const subject = memoryUnderTest();
  await subject.store.connect();
  return subject;
});

describe('MemorySessionStore', () => {
  it('works without any option, before connect and after close', async () => {
    const store = new MemorySessionStore();
    const address = newAddress();
    const times = await store.create(address, LONG, new Map([['a', '1']]), operation());
    await store.connect();
    await store.close();

    expect(Math.abs(Date.now() - times.createdAt)).toBeLessThan(5000);
    await expect(store.read(address, undefined, operation().deadline)).resolves.toMatchObject({
      status: 'live',
    });
  });

  it('forgets a destroyed session after 60 s', async () => {
    const subject = memoryUnderTest();
    const user = new StoreUser(() => subject);
    const { address } = await user.session({ a: '1' });
    await user.destroy(address);

    await subject.reach(address, subject.store.now() + 59_999);
    await expect(user.read(address)).resolves.toEqual({ status: 'ended', reason: 'destroyed' });
    await subject.reach(address, subject.store.now() + 1);
    await expect(user.read(address)).resolves.toEqual({ status: 'missing' });
  });

  describe('at its bound of sessions', () => {
    it('refuses a new one with a sentence that names the bound, and serves the others', async () => {
      const subject = memoryUnderTest(2);
      const user = new StoreUser(() => subject);
      const { address } = await user.session({ a: '1' });
      await user.session();

      const refused = user.session();

      await expect(refused).rejects.toBeInstanceOf(SessionStoreUnavailableError);
      await expect(refused).rejects.toThrow('takes no more than 2 (maxSessions)');
      await expect(user.commit(address, [put('a', '2')])).resolves.toMatchObject({
        status: 'applied',
      });
      await expect(user.fields(address)).resolves.toEqual({ a: '2' });
      await expect(user.destroy(address)).resolves.toMatchObject({ status: 'applied' });
    });

    it('takes a new one as soon as one has ended', async () => {
      const subject = memoryUnderTest(3);
      const user = new StoreUser(() => subject);
      await user.session();
      const { address } = await user.session({}, { idle: 1000, absolute: 1000 });
      const { address: kept } = await user.session({ a: '1' });
      await subject.reach(address, subject.store.now() + 1000);

      await expect(user.session()).resolves.toBeDefined();
      await expect(user.session()).rejects.toBeInstanceOf(SessionStoreUnavailableError);
      await expect(user.fields(kept)).resolves.toEqual({ a: '1' });
    });
  });
});
