import { clusterNodes } from '../support/app-process.js';
import { SIZED_LIMIT, sized } from '../support/test-size.js';
import { expectSomeOrders } from './interleaver/expect-orders.js';
import { prepare, type Cast } from './interleaver/scene.js';
import { Server } from './interleaver/server.js';

const ORDERS = sized(400);

const OF_A_USER: Cast['acts'][] = [
  ['a write', 'logout', 'login'],
  ['a write', 'elevate', 'revokeAll'],
  ['rotate', 'login', 'revokeAll'],
  ['elevate', 'login', 'logout'],
  ['login', 'login elsewhere', 'revokeAll'],
  ['a push', 'a push', 'logout that keeps'],
  ['disable', 'login elsewhere', 'a write'],
];
const OF_A_VISITOR: Cast['acts'][] = [
  ['a write', 'a push', 'login'],
  ['an increment', 'an increment', 'an increment'],
  ['takeOnce', 'takeOnce', 'login'],
  ['login', 'login of another', 'a write'],
];

describe('Nothing is lost, doubled or revived, and nobody is mistaken, in any order of the commands of three:', () => {
  let servers: Server[];

  beforeAll(async () => {
    servers = await Server.fleet(3, clusterNodes());
  });

  afterAll(() => Promise.all(servers.map((server) => server.close())));

  const walk = (who: Cast['who'], acts: Cast['acts']) =>
    expectSomeOrders(
      `${acts.join(', ')} of a ${who}`,
      { prepare: () => prepare(servers, { who, acts }), switches: Infinity, atOnce: 8 },
      ORDERS,
    );

  it.each(OF_A_USER)(
    '%s, %s and %s with the session of a user',
    (...acts) => walk('user', acts),
    SIZED_LIMIT,
  );
  it.each(OF_A_VISITOR)(
    '%s, %s and %s with the session of a visitor',
    (...acts) => walk('visitor', acts),
    SIZED_LIMIT,
  );
});
