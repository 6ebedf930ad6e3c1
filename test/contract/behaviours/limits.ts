import { put, replace, type StoreUser } from '../store-under-test.js';

const TOO_MANY_BYTES = { status: 'too-large', limit: 'session' };
const TOO_MANY_FIELDS = { status: 'too-large', limit: 'fields' };
const APPLIED = { status: 'applied' };

/** Limits checked in the same step as the write. */
export function describeLimits(user: StoreUser): void {
  describe('the limit of bytes', () => {
    const limits = { session: 10, fields: 10 };

    it('counts the names and texts of all fields in UTF-8: just so many pass, one more does not', async () => {
      const { address } = await user.session({ a: 'é' });

      await expect(user.commit(address, [put('b', '123456')], limits)).resolves.toMatchObject(
        APPLIED,
      );
      await expect(user.commit(address, [put('b', '1234567')], limits)).resolves.toEqual(
        TOO_MANY_BYTES,
      );
      await expect(user.commit(address, [put('c', '')], limits)).resolves.toEqual(TOO_MANY_BYTES);
    });

    it('refuses the whole commit', async () => {
      const { address } = await user.session({ a: '1', b: '2' });

      const result = await user.commit(
        address,
        [replace('a', '1', '3'), replace('b', '2', null), put('c', '1234567890')],
        limits,
      );

      expect(result).toEqual(TOO_MANY_BYTES);
      await expect(user.fields(address)).resolves.toEqual({ a: '1', b: '2' });
    });

    it('has room again after a field was removed, also in the same commit', async () => {
      const { address } = await user.session({ a: '12345678' });

      const [swapped, full] = [
        await user.commit(address, [put('a', null), put('b', '123456789')], limits),
        await user.commit(address, [put('c', '')], limits),
      ];
      await user.commit(address, [put('b', null)], limits);
      const again = await user.commit(address, [put('c', '123456789')], limits);

      expect(swapped).toMatchObject(APPLIED);
      expect(full).toEqual(TOO_MANY_BYTES);
      expect(again).toMatchObject(APPLIED);
    });

    it('lets a session that is over it shrink or stay, not grow', async () => {
      const { address } = await user.session({ a: '1'.repeat(30) });
      const put30 = (text: string) => user.commit(address, [put('a', text)], limits);

      await expect(put30('2'.repeat(30))).resolves.toMatchObject(APPLIED);
      await expect(put30('2'.repeat(29))).resolves.toMatchObject(APPLIED);
      await expect(put30('2'.repeat(30))).resolves.toEqual(TOO_MANY_BYTES);
    });

    it('comes after the check for conflicts', async () => {
      const { address } = await user.session({ a: '1' });

      const result = await user.commit(address, [replace('a', '2', '1'.repeat(20))], limits);

      expect(result.status).toBe('conflict');
    });
  });

  describe('the limit of fields', () => {
    const limits = { session: 1000, fields: 3 };

    it('lets just so many pass, and refuses the whole of a commit with one more', async () => {
      const { address } = await user.session({ a: '1' });

      await expect(
        user.commit(address, [put('b', '2'), put('c', '3')], limits),
      ).resolves.toMatchObject(APPLIED);
      await expect(user.commit(address, [put('a', 'new'), put('d', '4')], limits)).resolves.toEqual(
        TOO_MANY_FIELDS,
      );

      await expect(user.fields(address)).resolves.toEqual({ a: '1', b: '2', c: '3' });
    });

    it('has room again after a field was removed, also in the same commit', async () => {
      const { address } = await user.session({ a: '1', b: '2', c: '3' });

      await expect(
        user.commit(address, [put('a', null), put('d', '4')], limits),
      ).resolves.toMatchObject(APPLIED);
      await user.commit(address, [put('b', null)], limits);
      await expect(user.commit(address, [put('e', '5')], limits)).resolves.toMatchObject(APPLIED);
    });

    it('lets a session that is over it change, swap and lose fields, not gain one', async () => {
      const { address } = await user.session({ a: '1', b: '2', c: '3', d: '4', e: '5' });

      await expect(user.commit(address, [put('a', 'new')], limits)).resolves.toMatchObject(APPLIED);
      await expect(
        user.commit(address, [put('a', null), put('f', '6')], limits),
      ).resolves.toMatchObject(APPLIED);
      await expect(user.commit(address, [put('b', null)], limits)).resolves.toMatchObject(APPLIED);
      await expect(user.commit(address, [put('g', '7')], limits)).resolves.toEqual(TOO_MANY_FIELDS);
    });

    it("does not count the library's own fields, neither when they come nor when they go", async () => {
      const { address } = await user.session({ a: '1', b: '2' });

      await expect(
        user.commit(address, [put('@f', '{}'), put('@n', '1'), put('c', '3')], limits),
      ).resolves.toMatchObject(APPLIED);
      await expect(user.commit(address, [put('@f', null), put('d', '4')], limits)).resolves.toEqual(
        TOO_MANY_FIELDS,
      );
      await expect(user.fields(address)).resolves.toMatchObject({ '@f': '{}', '@n': '1' });
    });
  });
}
