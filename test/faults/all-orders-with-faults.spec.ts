import { startRedisCluster, type RedisTestCluster } from 'nest-session/testing';
import { FULL, SIZED_LIMIT } from '../support/test-size.js';
import type { Mishap } from './interleaver/actor.js';
import { expires, SlotMoves } from './interleaver/events.js';
import { atMost, expectAllOrders } from './interleaver/expect-orders.js';
import type { Pair } from './interleaver/pairs.js';
import { EXPIRES, prepare, type Cast, type Event } from './interleaver/scene.js';
import { Server } from './interleaver/server.js';

const OF_A_USER: Pair[] = [
  ['a push', 'a push'],
  ['an increment', 'login'],
  ['a write', 'logout'],
  ['elevate', 'a write'],
  ['rotate', 'revokeAll'],
  ['login', 'revokeAll'],
  ['takeOnce', 'takeOnce'],
  ['disable', 'login elsewhere'],
];
const OF_A_VISITOR: Pair[] = [
  ['an increment', 'an increment'],
  ['a push', 'login'],
  ['takeOnce', 'takeOnce'],
  ['rotate', 'destroy'],
];
const MOVING = OF_A_USER.slice(0, 4);
const EXPIRING: Pair[] = [
  ['a write', 'login'],
  ['a write', 'logout that keeps'],
  ['elevate', 'rotate'],
  ['list', 'a write'],
];

describe('Nothing is lost, doubled or revived in any order of the commands of two, and at any step', () => {
  let cluster: RedisTestCluster;
  let servers: Server[];
  let moves: SlotMoves;

  beforeAll(async () => {
    // No node is to be replaced because the machine is busy.
    cluster = await startRedisCluster({ nodeTimeout: 30_000 });
    servers = await Server.fleet(2, cluster.addresses);
    moves = new SlotMoves(cluster);
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await cluster.close();
  });

  const walk = (
    what: string,
    who: Cast['who'],
    acts: Pair,
    { events = {}, mishap }: { events?: Record<string, Event>; mishap?: Mishap },
  ) =>
    expectAllOrders(`${what}: ${acts.join(' and ')} of a ${who}`, {
      prepare: () => prepare(servers, { who, acts }, { events, hasFaults: true }),
      switches: Math.min(1, atMost(0)),
      faults: 1,
      mishap,
      atOnce: 8,
    });

  describe('a reply is lost:', () => {
    it.each(OF_A_USER)(
      '%s and %s of a user',
      (...acts) => walk('reply lost', 'user', acts, { mishap: 'lost' }),
      SIZED_LIMIT,
    );
    it.each(OF_A_VISITOR)(
      '%s and %s of a visitor',
      (...acts) => walk('reply lost', 'visitor', acts, { mishap: 'lost' }),
      SIZED_LIMIT,
    );
  });

  describe('the session expires:', () => {
    it.each(EXPIRING)(
      '%s and %s',
      (...acts) => walk('expired', 'user', acts, { events: { [EXPIRES]: expires } }),
      SIZED_LIMIT,
    );
  });

  describe('a script is not known any more:', () => {
    it.each(OF_A_USER)(
      '%s and %s of a user',
      (...acts) => walk('flushed', 'user', acts, { mishap: 'flushed' }),
      SIZED_LIMIT,
    );
    it.each(OF_A_VISITOR)(
      '%s and %s of a visitor',
      (...acts) => walk('flushed', 'visitor', acts, { mishap: 'flushed' }),
      SIZED_LIMIT,
    );
  });

  describe('the slot moves:', () => {
    it.each(FULL ? OF_A_USER : MOVING)(
      '%s and %s',
      (...acts) => {
        const events = {
          '*slot begins to move': moves.begin,
          '*slot is carried': moves.carry,
          '*slot has moved': moves.finish,
        };
        return walk('slot moves', 'user', acts, { events });
      },
      SIZED_LIMIT,
    );
  });
});
