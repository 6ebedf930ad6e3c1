import type { SeededRandom } from '../support/seeded-random.js';
import type { LinkState } from '../support/link-fault.js';
import type { RedisTestNode } from '../../lib/testing/index.js';
import { range } from '../support/in-flight.js';
import type { Rig } from './rig.js';

/** A fault that comes and goes: when it is over, the cluster is whole and every server serves. */
export type Mishap = (rig: Rig, random: SeededRandom) => Promise<void>;

/** What the soak draws from: all that a cluster with replicas should bear without losing what is durable. */
export const MISHAPS: Readonly<Record<string, Mishap>> = {
  'a master is killed': async (rig, random) => {
    const master = await anyMaster(rig, random);
    await rig.cluster.kill(master);
    await rig.cluster.waitUntilReady();
    await rig.cluster.restart(master);
  },
  'a master is stopped until its replica takes over': async (rig, random) => {
    const master = await anyMaster(rig, random);
    rig.cluster.stop(master);
    await rig.cluster.waitUntilReady();
    rig.cluster.cont(master);
  },
  'a master is stopped for a moment': async (rig, random) => {
    const master = await anyMaster(rig, random);
    rig.cluster.stop(master);
    await rig.load.goOn(200 + random.next(1200));
    rig.cluster.cont(master);
  },
  'a replica is killed': async (rig, random) => {
    const replica = await rig.cluster.replicaOf(await anyMaster(rig, random));
    await rig.cluster.kill(replica);
    await rig.load.goOn(random.next(3000));
    await rig.cluster.restart(replica);
  },
  'a replica takes over by command': async (rig, random) => {
    const replica = await rig.cluster.replicaOf(await anyMaster(rig, random));
    await rig.cluster.command(replica, 'CLUSTER', 'FAILOVER');
    await rig.untilMaster(replica);
  },
  'slots move': async (rig, random) => {
    const slots = random.shuffled(rig.slotsOfClients(60)).slice(0, 12);
    for (const slot of slots) await rig.moveSlot(slot);
  },
  'a migration is stuck': async (rig, random) => {
    const slots = random.shuffled(rig.slotsOfClients(60)).slice(0, 12);
    for (const slot of slots) {
      await rig.cluster.beginSlotMove(slot, await rig.otherMaster(slot));
      await rig.cluster.migrateKeys(slot, 1);
    }
    await rig.load.goOn(random.next(4000));
    for (const slot of slots) await rig.moveSlot(slot);
  },
  'scripts are flushed': (rig) =>
    onAll(rig, async (node) => {
      for (let time = 0; time < 10; time++) {
        await rig.cluster.command(node, 'SCRIPT', 'FLUSH');
        await rig.load.goOn(100);
      }
    }),
  'subscribers are cut off': (rig) =>
    onAll(rig, (node) => rig.cluster.command(node, 'CLIENT', 'KILL', 'TYPE', 'pubsub')),
  'a node is slow': async (rig, random) => {
    await rig.cluster.command(await anyMaster(rig, random), 'DEBUG', 'SLEEP', 1);
  },
  'a link breaks': async (rig, random) => {
    const states: LinkState[] = ['silent', 'deaf', 'held', 'reset', 'trickle'];
    const link = rig.proxy!.link(await anyMaster(rig, random));
    link.state = random.pick(states);
    await rig.load.goOn(500 + random.next(3000));
    link.state = 'open';
  },
  'a link is slow': async (rig, random) => {
    const link = rig.proxy!.link(await anyMaster(rig, random));
    Object.assign(link, { latency: random.next(300), jitter: random.next(300) });
    await rig.load.goOn(3000);
    Object.assign(link, { latency: 0, jitter: 0 });
  },
  'a server is killed': async (rig, random) => {
    await rig.addServer();
    await rig.killServer(random.pick(rig.servers));
  },
  'a server stands still': async (rig, random) => {
    const { pid } = random.pick(rig.servers);
    process.kill(pid, 'SIGSTOP');
    await rig.load.goOn(random.next(3000));
    process.kill(pid, 'SIGCONT');
  },
};

/** The master, at this moment, of a slot drawn at random. */
function anyMaster(rig: Rig, random: SeededRandom): Promise<RedisTestNode> {
  return rig.cluster.masterOf(random.next(16_384));
}

async function onAll(rig: Rig, work: (node: RedisTestNode) => Promise<unknown>): Promise<void> {
  await Promise.all(range(rig.cluster.nodes.length).map((at) => work(rig.cluster.nodes[at]!)));
}
