import { LIMITS, newDigest, put, replace, type StoreUser } from '../store-under-test.js';

const BASES: [string, string][] = [
  ['an empty text', ''],
  ['a short text', '12'],
  ['40 characters', 'x'.repeat(40)],
  ['41 characters', 'x'.repeat(41)],
  ['40 characters of several bytes', 'é'.repeat(40)],
  ['41 characters of several bytes', 'é'.repeat(41)],
  ['a long text', '{"a":"é😀"}'.repeat(2000)],
];

/** Compare-and-set of fields. */
export function describeCommits(user: StoreUser): void {
  describe('a commit', () => {
    it('sets, replaces and removes fields in one step, and leaves the others', async () => {
      const { address } = await user.session({ a: '1', b: '2', c: '3' });

      const result = await user.commit(address, [
        replace('a', '1', '10'),
        replace('b', '2', null),
        replace('d', null, '4'),
      ]);

      expect(result).toMatchObject({ status: 'applied', attempt: 1 });
      await expect(user.fields(address)).resolves.toEqual({ a: '10', c: '3', d: '4' });
    });

    it('without a base is applied whatever is stored', async () => {
      const { address } = await user.session({ a: '1' });

      const result = await user.commit(address, [put('a', '2'), put('b', '3'), put('c', null)]);

      expect(result.status).toBe('applied');
      await expect(user.fields(address)).resolves.toEqual({ a: '2', b: '3' });
    });

    it('may remove the last field: the session lives on', async () => {
      const { address } = await user.session({ a: '1' });

      await user.commit(address, [replace('a', '1', null)]);

      await expect(user.fields(address)).resolves.toEqual({});
    });

    it('stores any text as it is', async () => {
      const { address } = await user.session();
      const text = 'zero \0, line\r\n, é, 中, 😀, %s';

      await user.commit(address, [replace('a', null, text), replace('empty', null, '')]);

      await expect(user.fields(address)).resolves.toEqual({ a: text, empty: '' });
    });

    it('with the digest of another secret stores nothing', async () => {
      const { address } = await user.session({ a: '1' });

      const result = await user.commit({ ...address, digest: newDigest() }, [put('a', '2')]);

      expect(result).toEqual({ status: 'ended', reason: 'rotated' });
      await expect(user.fields(address)).resolves.toEqual({ a: '1' });
    });

    it.each(BASES)('is applied where the base, %s, is still stored', async (_, base) => {
      const { address } = await user.session({ a: base });

      const result = await user.commit(address, [replace('a', base, 'new')]);

      expect(result.status).toBe('applied');
      await expect(user.fields(address)).resolves.toEqual({ a: 'new' });
    });

    it.each(BASES)('conflicts where the base, %s, is not what is stored', async (_, base) => {
      const stored = `${base.slice(0, -1)}!`;
      const { address } = await user.session({ changed: stored });

      const result = await user.commit(address, [
        replace('changed', base, 'new'),
        replace('removed', base, 'new'),
      ]);

      const current = new Map<string, string | null>([
        ['changed', stored],
        ['removed', null],
      ]);
      expect(result).toEqual({ status: 'conflict', current });
      await expect(user.fields(address)).resolves.toEqual({ changed: stored });
    });

    it('conflicts where a field that must be absent has any text, even an empty one', async () => {
      const { address } = await user.session({ a: '' });

      await expect(user.commit(address, [replace('a', null, '1')])).resolves.toEqual({
        status: 'conflict',
        current: new Map([['a', '']]),
      });
    });

    it('in conflict tells exactly the fields that differ, and stores nothing', async () => {
      const before = { same: '1', changed: '2', appeared: '3', kept: '4' };
      const { address } = await user.session(before);

      const result = await user.commit(address, [
        replace('same', '1', 'new'),
        replace('changed', 'other', 'new'),
        replace('appeared', null, 'new'),
        replace('gone', 'other', null),
        put('kept', 'new'),
        put('added', 'new'),
      ]);

      const current = new Map<string, string | null>([
        ['changed', '2'],
        ['appeared', '3'],
        ['gone', null],
      ]);
      expect(result).toEqual({ status: 'conflict', current });
      await expect(user.fields(address)).resolves.toEqual(before);
    });
  });

  describe('parallel commits', () => {
    it('of 50 fields are all stored', async () => {
      const { address } = await user.session();
      const fields = Array.from({ length: 50 }, (_, n): [string, string] => [`f${n}`, `text ${n}`]);

      const results = await Promise.all(
        fields.map(([field, text]) => user.commit(address, [replace(field, null, text)])),
      );

      expect(results.every(({ status }) => status === 'applied')).toBe(true);
      await expect(user.fields(address)).resolves.toEqual(Object.fromEntries(fields));
    });

    it('of one field: exactly one of 50 wins each round, and the others see its text', async () => {
      const { address } = await user.session({ count: 'start' });
      let stored = 'start';
      for (let round = 1; round <= 5; round++) {
        const texts = Array.from({ length: 50 }, (_, n) => `round ${round} writer ${n}`);

        const results = await Promise.all(
          texts.map((text) => user.commit(address, [replace('count', stored, text)], LIMITS)),
        );

        const winners = texts.filter((_, n) => results[n]?.status === 'applied');
        expect(winners).toHaveLength(1);
        stored = winners[0]!;
        const lost = results.filter(({ status }) => status !== 'applied');
        const conflict = { status: 'conflict', current: new Map([['count', stored]]) };
        expect(lost).toEqual(lost.map(() => conflict));
      }
      await expect(user.fields(address)).resolves.toEqual({ count: stored });
    });
  });
}
