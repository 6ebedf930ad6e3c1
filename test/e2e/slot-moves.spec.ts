import { startRedisCluster, type RedisTestCluster, type RedisTestNode } from 'nest-session/testing';
import { PLATFORMS, startApp, type AppProcess } from '../support/app-process.js';
import { sized } from '../support/test-size.js';
import { SessionLoad, summaryOf } from '../support/session-load.js';
import { placeOf } from '../support/session-place.js';

const VISITORS = 10;
const LAST_SLOT = 16_383;

describe('While the cluster changes under load', () => {
  let cluster: RedisTestCluster;
  let servers: AppProcess[];
  let load: SessionLoad;
  let added: RedisTestNode;

  beforeAll(async () => {
    cluster = await startRedisCluster();
    // Room for a busy machine: what a move must not cause is an error, however long the answer took.
    const options = { redis: { nodes: cluster.addresses }, deadline: '5s' };
    servers = await Promise.all(
      PLATFORMS.map((platform) => startApp({ app: 'ways-out', platform, options })),
    );
    load = new SessionLoad(servers, VISITORS);
  });

  beforeEach(() => load.start());
  afterEach(() => load.stop());

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await cluster.close();
  });

  async function expectNoneNoticed(what: string): Promise<void> {
    const report = await load.stop();
    const { requests, slowest } = report;
    console.log(
      `${what}: ${summaryOf(report)}; slowest answer of ${requests} ${slowest.toFixed(0)} ms`,
    );
    const nothing = { failures: [], missing: [], stale: [], foreign: [], replaced: [] };
    expect(report).toEqual({ ...nothing, requests, slowest });
  }

  /** The slots of the visitors' sessions, and others to make up the number. */
  function slots(count: number): number[] {
    const own = load.visitors.map((visitor) => placeOf(visitor).slot);
    const others = Array.from({ length: count }, (_, at) => Math.floor((at * LAST_SLOT) / count));
    return [...new Set([...own, ...others])].slice(0, count);
  }

  async function otherMaster(slot: number): Promise<RedisTestNode> {
    const owner = await cluster.masterOf(slot);
    const masters = cluster.nodes.filter(({ role }) => role === 'master');
    return masters[(masters.indexOf(owner) + 1) % masters.length]!;
  }

  it('slots that move are not noticed', async () => {
    const moved = slots(sized(300));
    for (const slot of moved) await cluster.moveSlot(slot, await otherMaster(slot));
    await load.rounds(5);
    await expectNoneNoticed(`${moved.length} slots moved`);
  }, 600_000);

  it('a migration that is stuck, with its keys half moved, is not noticed', async () => {
    const stuck = slots(sized(1000));
    for (const visitor of load.visitors) {
      const { key, slot } = placeOf(visitor);
      const source = await cluster.masterOf(slot);
      for (let other = 0; other < 5; other++) {
        await cluster.command(source, 'HSET', `${key}:other-${other}`, 'a', '1');
      }
    }
    for (const slot of stuck) await cluster.beginSlotMove(slot, await otherMaster(slot));
    // Of every other session its own key is carried over, of the rest only others of the same slot.
    for (const [at, visitor] of load.visitors.entries()) {
      const { key, slot } = placeOf(visitor);
      if (at % 2 === 0) await cluster.migrateKeys(slot, 3);
      else await carry(key, slot);
    }
    const stayed = await Promise.all(load.visitors.map((visitor) => isHeld(placeOf(visitor))));
    const gone = stayed.filter((held) => !held).length;
    expect(gone).toBe(VISITORS / 2);
    await load.rounds(sized(500));
    await expectNoneNoticed(
      `${stuck.length} slots stuck, ${gone} of ${VISITORS} sessions carried over`,
    );
    for (const slot of stuck) await cluster.moveSlot(slot, await otherMaster(slot));
  }, 600_000);

  it('a node that is added and takes over slots is not noticed', async () => {
    added = await cluster.addNode();
    await cluster.waitUntilReady();
    const moved = slots(sized(300));
    for (const slot of moved) await cluster.moveSlot(slot, added);
    await load.rounds(5);
    await expectNoneNoticed(`a node added, ${moved.length} slots moved to it`);
  }, 600_000);

  it('a node that gives its slots away and is removed is not noticed', async () => {
    const given = await slotsOf(added);
    for (const slot of given) await cluster.moveSlot(slot, cluster.nodes[0]!);
    await cluster.removeNode(added);
    await load.rounds(5);
    await expectNoneNoticed(`a node removed after giving ${given.length} slots away`);
  }, 600_000);

  it('scripts that are flushed every 100 ms are not noticed', async () => {
    let flushes = 0;
    const flush = setInterval(() => {
      flushes++;
      for (const node of cluster.nodes) void cluster.command(node, 'SCRIPT', 'FLUSH');
    }, 100);
    await load.rounds(sized(1000));
    clearInterval(flush);
    await expectNoneNoticed(`${flushes} times SCRIPT FLUSH`);
  }, 600_000);

  async function carry(key: string, slot: number): Promise<void> {
    const { host, port } = await otherMaster(slot);
    const source = await cluster.masterOf(slot);
    await cluster.command(source, 'MIGRATE', host, port, '', 0, 5000, 'KEYS', key);
  }

  /** Whether the slot's owner has the key, and not the node that takes the slot over. */
  async function isHeld({ key, slot }: { key: string; slot: number }): Promise<boolean> {
    const owner = await cluster.masterOf(slot);
    const held = await cluster.command(owner, 'CLUSTER', 'GETKEYSINSLOT', slot, 100);
    return (held as string[]).includes(key);
  }

  async function slotsOf(node: RedisTestNode): Promise<number[]> {
    const reply = (await cluster.command(node, 'CLUSTER', 'NODES')) as string;
    const own = reply.split('\n').find((line) => line.includes('myself'))!;
    return own
      .split(' ')
      .slice(8)
      .flatMap((range) => {
        const [first = 0, last = first] = range.split('-').map(Number);
        return Array.from({ length: last - first + 1 }, (_, at) => first + at);
      });
  }
});
