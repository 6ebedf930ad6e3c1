import type { SessionAddress } from '../../../lib/core/session-store.js';
import { newDigest, operation, put, type StoreUser } from '../store-under-test.js';

/** Rotating and destroying. */
export function describeEnding(user: StoreUser): void {
  async function expectEnded(address: SessionAddress, reason: string): Promise<void> {
    const ended = { status: 'ended', reason };
    await expect(user.read(address)).resolves.toEqual(ended);
    await expect(user.read(address, ['a'])).resolves.toEqual(ended);
    await expect(user.commit(address, [put('a', 'late')])).resolves.toEqual(ended);
    await expect(user.touch(address)).resolves.toBeUndefined();
    await expect(user.rotate(address)).resolves.toEqual(ended);
    await expect(user.destroy(address)).resolves.toEqual(ended);
  }

  describe('a rotated session', () => {
    it('keeps its data and times under the new secret', async () => {
      const { address, times } = await user.session({ a: '1', '@f': '{}' });
      const digest = newDigest();

      await expect(user.store.rotate(address, digest, operation())).resolves.toMatchObject({
        status: 'applied',
      });

      await expect(user.read({ ...address, digest })).resolves.toMatchObject({
        status: 'live',
        record: { times, fields: new Map(Object.entries({ a: '1', '@f': '{}' })) },
      });
    });

    it("is ended 'rotated' for the old secret, and can't be changed by it", async () => {
      const { address } = await user.session({ a: '1' });
      const digest = newDigest();
      await user.store.rotate(address, digest, operation());

      await expectEnded(address, 'rotated');

      await expect(user.fields({ ...address, digest })).resolves.toEqual({ a: '1' });
    });

    it('is rotated once, however often the operation is sent', async () => {
      const { address } = await user.session({ a: '1' });
      const [digest, once] = [newDigest(), operation()];
      await user.store.rotate(address, digest, once);

      await expect(user.store.rotate(address, digest, once)).resolves.toMatchObject({
        status: 'applied',
      });

      await expect(user.fields({ ...address, digest })).resolves.toEqual({ a: '1' });
    });

    it('is rotated by one of two parallel requests', async () => {
      const { address } = await user.session({ a: '1' });
      const digests = [newDigest(), newDigest()];

      const results = await Promise.all(
        digests.map((digest) => user.store.rotate(address, digest, operation())),
      );

      const [winner, loser] = results[0]?.status === 'applied' ? digests : [digests[1], digests[0]];
      expect(results.map(({ status }) => status).sort()).toEqual(['applied', 'ended']);
      await expect(user.fields({ ...address, digest: winner! })).resolves.toEqual({ a: '1' });
      await expectEnded({ ...address, digest: loser! }, 'rotated');
    });
  });

  describe('a destroyed session', () => {
    it("is ended 'destroyed' for every later use", async () => {
      const { address } = await user.session({ a: '1' });

      await expect(user.destroy(address)).resolves.toMatchObject({ status: 'applied' });

      await expectEnded(address, 'destroyed');
      await expect(user.describe(address)).resolves.toBeUndefined();
    });

    it('is destroyed once: the same operation is applied, another finds it ended', async () => {
      const { address } = await user.session({ a: '1' });
      const once = operation();
      await user.store.destroy(address, once);

      await expect(user.store.destroy(address, once)).resolves.toMatchObject({ status: 'applied' });
      await expect(user.destroy(address)).resolves.toEqual({
        status: 'ended',
        reason: 'destroyed',
      });
    });

    it('is not destroyed by the digest of another secret', async () => {
      const { address } = await user.session({ a: '1' });

      await expect(user.destroy({ ...address, digest: newDigest() })).resolves.toEqual({
        status: 'ended',
        reason: 'rotated',
      });

      await expect(user.fields(address)).resolves.toEqual({ a: '1' });
    });
  });
}
