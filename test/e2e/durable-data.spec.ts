import {
  startRedisCluster,
  type RedisTestCluster,
  type RedisTestNode,
} from '../../lib/testing/index.js';
import { useFleet, type AppFleet } from '../support/app-fleet.js';
import { PLATFORMS } from '../support/app-process.js';
import { CommandStats } from '../support/command-stats.js';
import { TokenHolder } from '../support/token-holder.js';
import { until } from '../support/until.js';

describe('Data that is to outlive its master', () => {
  let cluster: RedisTestCluster;
  let master: RedisTestNode;
  let replica: RedisTestNode;
  let stats: CommandStats;

  beforeAll(async () => {
    // One shard: whatever session it is, it is known which replica must have it.
    cluster = await startRedisCluster({ masters: 1 });
    master = await cluster.masterOf(0);
    replica = await cluster.replicaOf(master);
    stats = new CommandStats(cluster);
    await cluster.command(replica, 'READONLY');
  }, 90_000);

  const nodes = () => cluster.addresses;
  const options = { deadline: '2s', failoverDeadline: '30s' } as const;
  const app = { app: 'durable', platform: PLATFORMS, nodes };
  const always = useFleet({ ...app, options: { ...options, durability: 'replicated' } });
  const asked = useFleet({ ...app, options });

  afterAll(() => cluster?.close());

  const visitor = async (fleet: AppFleet): Promise<TokenHolder> => {
    const holder = new TokenHolder('cookie');
    expect((await holder.post(fleet.url(0, '/note/first'))).status).toBe(201);
    return holder;
  };

  const save = async (
    fleet: AppFleet,
    holder: TokenHolder,
    note: string,
    how: object = {},
  ): Promise<{ changed: boolean; durable: boolean }> => {
    const answer = await holder.post(fleet.url(0, `/save/${note}`), how);
    expect(answer.status).toBe(200);
    return answer.json();
  };

  const onReplica = (fleet: AppFleet, { token }: TokenHolder, field: string) =>
    cluster.command(replica, 'HGET', fleet.keys.keyOf(token!), field);

  it.each([
    ['where all data is', () => always, {}],
    ['where the call asks for it', () => asked, { durable: true }],
  ] as const)('is on a replica before the save is called durable: %s', async (_, fleetOf, how) => {
    const fleet = fleetOf();
    const holder = await visitor(fleet);
    let round = 0;

    // Again where a starved replica took longer than a save waits for it.
    await until('a save is durable', async () => {
      const note = `note-${++round}`;
      const { changed, durable } = await save(fleet, holder, note, how);
      const there = await onReplica(fleet, holder, 'note');
      expect({ changed, there: durable ? there : note }).toEqual({ changed: true, there: note });
      return durable;
    });
  });

  it('is waited for by one WAIT for each save: automatic, by update, and of a new session', async () => {
    const holder = new TokenHolder('cookie');
    const waits = async (work: () => Promise<unknown>): Promise<number> =>
      (await stats.during(work))['wait'] ?? 0;

    expect(await waits(() => holder.post(always.url(0, '/note/new')))).toBe(1);
    expect(await waits(() => holder.post(always.url(1, '/note/changed')))).toBe(1);
    expect(await waits(() => holder.post(always.url(0, '/count')))).toBe(1);
    expect(await waits(() => holder.get(always.url(1, '/')))).toBe(0);
    expect(await waits(() => save(always, holder, 'not', { durable: false }))).toBe(0);
  });

  it('is not waited for where nobody asked', async () => {
    const holder = await visitor(asked);
    const saves: unknown[] = [];

    const used = await stats.during(async () => saves.push(await save(asked, holder, 'second')));

    expect(saves).toEqual([{ changed: true, durable: false }]);
    expect(used).not.toHaveProperty('wait');
  });

  it('stands where no replica confirms it: no request fails, and it is told of', async () => {
    const holder = await visitor(always);

    cluster.stop(replica);
    const saved = await save(always, holder, 'alone').finally(() => cluster.cont(replica));

    expect(saved).toEqual({ changed: true, durable: false });
    expect((await holder.get(always.url(1, '/'))).json()).toEqual({ note: 'alone' });
    await until('the server hears of it', async () => {
      const heard = (await holder.get(always.url(0, '/heard'))).json<string[]>();
      return heard.includes('unreplicated');
    });
  });

  it('is there when its master has died, if the save was durable', async () => {
    const holder = await visitor(always);
    await until('a save is durable', async () => (await save(always, holder, 'kept')).durable);

    await cluster.kill(master);
    await cluster.command(replica, 'CLUSTER', 'FAILOVER', 'TAKEOVER');

    expect((await holder.get(always.url(0, '/'))).json()).toEqual({ note: 'kept' });
  });
});
