import type { SessionAddress, SessionRecord } from '../../../lib/core/session-store.js';
import { LIMITS, newDigest, operation, put, type StoreUnderTest } from '../store-under-test.js';
import type { StoreUser } from '../store-under-test.js';

/** New secrets that leave the old one a grace. */
export function describeRenewing(user: StoreUser, subject: () => StoreUnderTest): void {
  const recordOf = async (address: SessionAddress): Promise<SessionRecord> => {
    const found = await user.read(address);
    if (found.status !== 'live') throw new Error(`The session is not live: ${found.status}`);
    return found.record;
  };
  const isGood = async (address: SessionAddress): Promise<boolean> => {
    const found = await user.read(address);
    return found.status === 'live';
  };

  /** A session with a new secret, and its address by the old and by the new one. */
  const renewed = async (
    fields: Record<string, string> = { a: '1' },
  ): Promise<{ before: SessionAddress; after: SessionAddress }> => {
    const { address: before } = await user.session(fields);
    return { before, after: await renewedFrom(before) };
  };

  /** The address by the secret that takes the place of the newest. */
  const renewedFrom = async (address: SessionAddress): Promise<SessionAddress> => {
    const { secret } = await recordOf(address);
    const digest = newDigest();
    const result = await user.store.renew(address, secret.newest, digest, operation());
    expect(result).toEqual({ status: 'applied' });
    return { ...address, digest };
  };

  const expectRefused = async (address: SessionAddress): Promise<void> => {
    const ended = { status: 'ended', reason: 'rotated' };
    await expect(user.read(address)).resolves.toMatchObject(ended);
    await expect(user.commit(address, [put('a', 'late')])).resolves.toEqual(ended);
    await expect(user.rotate(address)).resolves.toEqual(ended);
    const renewal = user.store.renew(address, address.digest, newDigest(), operation());
    await expect(renewal).resolves.toEqual(ended);
    await expect(user.store.retire(address, 'login', ['a'], operation())).resolves.toEqual(ended);
    await expect(user.destroy(address)).resolves.toEqual(ended);
  };

  describe('a session with a renewed secret', () => {
    it('is the same session by both secrets', async () => {
      const { address, times } = await user.session({ a: '1' });
      const after = await renewedFrom(address);

      for (const either of [address, after]) {
        await expect(recordOf(either)).resolves.toMatchObject({
          times,
          fields: new Map([['a', '1']]),
          secret: { newest: after.digest, renewable: true },
        });
      }
    });

    it('can be written by the old secret as long as the new one was not used', async () => {
      const { before, after } = await renewed();
      await user.touch(before);
      await user.commit(before, [put('a', '2')]);
      await subject().passGrace(before);

      await expect(user.commit(before, [put('b', '3')])).resolves.toMatchObject({
        status: 'applied',
      });
      await expect(user.fields(after)).resolves.toEqual({ a: '2', b: '3' });
      await expect(user.destroy(before)).resolves.toMatchObject({ status: 'applied' });
      expect(await isGood(after)).toBe(false);
    });

    it('has been renewed by one of parallel requests; the others keep their secret', async () => {
      const { address } = await user.session({ a: '1' });
      const digests = Array.from({ length: 6 }, newDigest);

      const results = await Promise.all(
        digests.map((digest) => user.store.renew(address, address.digest, digest, operation())),
      );

      const statuses = results.map(({ status }) => status);
      expect(statuses.filter((status) => status === 'applied')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'kept')).toHaveLength(5);
      expect(await isGood(address)).toBe(true);
      const good = await Promise.all(digests.map((digest) => isGood({ ...address, digest })));
      expect(good).toEqual(statuses.map((status) => status === 'applied'));
    });

    it('is renewed once, however often the operation is sent', async () => {
      const { address } = await user.session({ a: '1' });
      const [digest, once] = [newDigest(), operation()];
      for (let sending = 0; sending < 2; sending++) {
        const result = await user.store.renew(address, address.digest, digest, once);
        expect(result).toEqual({ status: 'applied' });
      }

      expect(await isGood(address)).toBe(true);
      expect(await isGood({ ...address, digest })).toBe(true);
    });

    it('takes another new secret by the old one where the client has lost the first, also twice', async () => {
      const { before, after: lost } = await renewed();
      const second = await renewedFrom(before);
      const third = await renewedFrom(before);

      expect(await isGood(before)).toBe(true);
      expect(await isGood(third)).toBe(true);
      await expectRefused(lost);
      await expectRefused(second);
    });

    it.each(['touch', 'commit'] as const)(
      'refuses the old secret 10 s after the first %s with the new one, and not before',
      async (way) => {
        const { before, after } = await renewed();
        await (way === 'touch' ? user.touch(after) : user.commit(after, [put('b', '2')]));

        await expect(recordOf(before)).resolves.toMatchObject({ secret: { renewable: false } });
        await expect(user.commit(before, [put('a', '2')])).resolves.toMatchObject({
          status: 'applied',
        });
        const renewal = user.store.renew(before, after.digest, newDigest(), operation());
        await expect(renewal).resolves.toEqual({ status: 'kept' });
        await subject().passGrace(before);

        await expectRefused(before);
        await expect(user.fields(after)).resolves.toMatchObject({ a: '2' });
      },
    );

    it('asks for a touch as long as the first use of the new secret is not noted', async () => {
      const { before, after } = await renewed();
      const due = async (address: SessionAddress): Promise<boolean> =>
        (await recordOf(address)).touchDue;

      expect([await due(before), await due(after), await due(after)]).toEqual([false, true, true]);
      await user.touch(after);
      expect(await due(after)).toBe(false);
    });

    it('has its oldest secret refused once the new one is renewed too', async () => {
      const { before, after } = await renewed();
      const third = await renewedFrom(after);

      await expectRefused(before);
      expect([await isGood(after), await isGood(third)]).toEqual([true, true]);
    });

    it('leaves no secret a grace when it is rotated, whichever secret asks', async () => {
      for (const by of ['before', 'after'] as const) {
        const addresses = await renewed();
        const digest = newDigest();
        await user.store.rotate(addresses[by], digest, operation());

        await expectRefused(addresses.before);
        await expectRefused(addresses.after);
        expect(await isGood({ ...addresses.before, digest })).toBe(true);
      }
    });

    it('is not renewed once it has ended', async () => {
      const { before, after } = await renewed();
      await user.destroy(after);

      const renewal = user.store.renew(before, after.digest, newDigest(), operation());
      await expect(renewal).resolves.toEqual({ status: 'ended', reason: 'destroyed' });
    });

    it('does not have its absolute end moved', async () => {
      const { address, times } = await user.session({}, { idle: 5000, absolute: 5200 });
      await subject().reach(address, times.createdAt + 600);
      await renewedFrom(address);

      await subject().expectEnd(address, times.createdAt + 5200);
    });

    it('has its idle end moved on as by a touch', async () => {
      const { address, times } = await user.session({}, { idle: 5000, absolute: 60_000 });
      await subject().reach(address, times.createdAt + 500);
      const after = await renewedFrom(address);

      const { touchedAt } = (await recordOf(after)).times;
      expect(touchedAt).toBeGreaterThanOrEqual(times.createdAt + 500);
      await subject().expectEnd(address, touchedAt + 5000);
    });

    it('may hold as many fields as any other', async () => {
      const { after } = await renewed({});
      const fields = Array.from({ length: LIMITS.fields }, (_, at) => put(`f${at}`, '1'));

      await expect(user.commit(after, fields)).resolves.toMatchObject({ status: 'applied' });
      await expect(user.commit(after, [put('more', '1')])).resolves.toMatchObject({
        status: 'too-large',
      });
    });
  });

  describe('a replaced secret', () => {
    const replayOf = async (address: SessionAddress): Promise<unknown> => {
      const found = await user.read(address, []);
      if (found.status !== 'ended') throw new Error(`The session is ${found.status}`);
      return found.replay;
    };

    it('is told from a straggler 10 s after the one in its place was first used', async () => {
      const { before, after } = await renewed({ '@a': 'sealed' });
      const ofUser = { ...before, kind: 'user' } as const;
      await user.touch(after);
      await subject().passGrace(before);

      expect(await replayOf(ofUser)).toEqual({ auth: 'sealed' });
    });

    it('is told so too where it is older still, once the newest is 10 s old', async () => {
      const { before, after } = await renewed();
      await user.touch(after);
      await renewedFrom(after);

      expect(await replayOf(before)).toBeUndefined();
      await subject().passGrace(before);
      expect(await replayOf(before)).toBeDefined();
    });

    it('is told so after a rotation without grace, once the new secret is in use', async () => {
      const { address } = await user.session({ a: '1' });
      const after = { ...address, digest: newDigest() };
      await user.store.rotate(address, after.digest, operation());
      await subject().passGrace(address);
      expect(await replayOf(address)).toBeUndefined();

      await user.commit(after, [put('a', '2')]);
      expect(await replayOf(address)).toBeUndefined();
      await subject().passGrace(address);
      expect(await replayOf(address)).toBeDefined();
    });
  });

  describe('a session that notes returns', () => {
    const away = 1000;
    const lifetimes = { idle: 60_000, absolute: 600_000, away };

    it('is touched more often than its own idle time asks for, and no return is noted meanwhile', async () => {
      const { address, times } = await user.session({}, lifetimes);
      await expect(recordOf(address)).resolves.toMatchObject({ touchDue: false });
      await subject().reach(address, times.createdAt + away / 10);

      await expect(recordOf(address)).resolves.toMatchObject({ touchDue: true });
      await user.touch(address);
      const { returns, times: touched } = await recordOf(address);
      expect(touched.touchedAt).toBeGreaterThanOrEqual(times.createdAt + away / 10);
      expect(returns).toEqual({ away, returnedAt: 0 });
    });

    it.each(['touch', 'commit', 'renewal', 'rotation'] as const)(
      'notes the return by a %s',
      async (way) => {
        const { address, times } = await user.session({}, lifetimes);
        await subject().reach(address, times.createdAt + away);
        let newest = address;
        if (way === 'touch') await user.touch(address);
        else if (way === 'commit') await user.commit(address, [put('a', '1')]);
        else if (way === 'renewal') newest = await renewedFrom(address);
        else {
          newest = { ...address, digest: newDigest() };
          await user.store.rotate(address, newest.digest, operation());
        }

        const { returns, secret, times: now } = await recordOf(newest);
        expect(returns!.returnedAt).toBeGreaterThanOrEqual(times.createdAt + away);
        expect(now.touchedAt).toBe(returns!.returnedAt);
        if (newest !== address) expect(secret.madeAt).toBe(returns!.returnedAt);
      },
    );

    it('forgets the return once its user has shown who they are', async () => {
      const { address, times } = await user.session({}, lifetimes);
      await subject().reach(address, times.createdAt + away);
      await user.touch(address);
      const after = { ...address, digest: newDigest() };
      await user.store.rotate(address, after.digest, operation(), { present: true });

      await expect(recordOf(after)).resolves.toMatchObject({ returns: { away, returnedAt: 0 } });
    });
  });
}
