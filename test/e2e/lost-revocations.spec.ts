import { DISABLED, LostRights, REVOKED } from '../support/lost-rights.js';
import { range } from '../support/in-flight.js';
import { TokenHolder } from '../support/token-holder.js';

const SERVERS = range(2);

describe('When a replica takes over that never heard of it', () => {
  const rights = LostRights.use();
  const all = { ...rights.durable, ...rights.asynchronous };

  beforeAll(async () => {
    await rights.takeAway(all);
    await rights.expectNoneGranted();
    await rights.failOver(...SERVERS);
  }, 120_000);

  it.each(Object.keys(all))('no server takes back %s', (name) => {
    expect(rights.granted.filter(([right]) => right === name)).toEqual([]);
  });

  it('the new master has it itself, for servers that knew nothing', async () => {
    const revoked = await rights.recordOf(REVOKED);
    expect(Object.values(revoked).filter((text) => text.startsWith('!revoked '))).toHaveLength(1);
    expect(Object.keys(await rights.recordOf(DISABLED))).toContain('d');
  });

  it('who logs in afterwards, or is enabled, stays so', async () => {
    const revoked = await rights.userOf(REVOKED);
    const disabled = await rights.userOf(DISABLED);
    const url = rights.fleet.url(1, '/registry/enable');
    expect((await new TokenHolder('cookie').post(url, { args: [disabled] })).status).toBe(200);

    const holders = [await rights.login(revoked, 1), await rights.login(disabled, 1)];

    for (const server of SERVERS) {
      const served = holders.map((holder) => rights.serves(holder, server, '/me'));
      expect(await Promise.all(served)).toEqual([true, true]);
    }
  });
});

describe('When a replica takes over that never heard of it, and the server that did it is dead too', () => {
  const rights = LostRights.use();

  beforeAll(async () => {
    await rights.takeAway(rights.durable);
    await rights.fleet.servers[0]!.kill();
    await rights.failOver(1);
  }, 120_000);

  it.each(Object.keys(rights.durable))(
    'the server that knew nothing does not take back %s',
    (name) => {
      expect(rights.granted.filter(([right]) => right === name)).toEqual([]);
    },
  );
});
