import { clusterNodes } from '../support/app-process.js';
import { SIZED_LIMIT } from '../support/test-size.js';
import { secretIsOld, useIsOld } from './interleaver/events.js';
import { atMost, expectAllOrders } from './interleaver/expect-orders.js';
import { eachWithEach, oneWith, type Pair } from './interleaver/pairs.js';
import { prepare, type Cast, type SceneOptions } from './interleaver/scene.js';
import { Server } from './interleaver/server.js';

const AT_ONCE = 8;

const USERS_REQUESTS = eachWithEach([
  'a write',
  'logout',
  'rotate',
  'elevate',
  'revokeAll',
  'login',
]);
const MORE_OF_USERS: Pair[] = [
  ...oneWith('a read', ['elevate', 'revokeAll', 'login', 'setRoles', 'disable', 'a write']),
  ...oneWith('disable', ['a write', 'elevate', 'login', 'login elsewhere', 'rotate']),
  ...oneWith('setRoles', ['a write', 'login', 'elevate']),
  ...oneWith('login elsewhere', ['revokeAll', 'login', 'logout', 'list']),
  ...oneWith('logout that keeps', ['a write', 'an increment', 'a push', 'login', 'elevate']),
  ...oneWith('login of another', ['a write', 'revokeAll', 'login', 'logout']),
  ...oneWith('list', ['login', 'logout', 'revokeAll', 'elevate']),
  ...oneWith('destroy', ['a write', 'login', 'elevate', 'revokeAll']),
  ['an increment', 'an increment'],
  ['a push', 'an update'],
  ['a write of one field', 'a write of one field'],
  ['takeOnce', 'takeOnce'],
  ['takeOnce', 'revokeAll'],
];
const VISITORS_REQUESTS: Pair[] = [
  ...eachWithEach(['a write', 'an increment', 'takeOnce', 'rotate', 'login', 'destroy']),
  ...oneWith('login of another', ['login', 'a write', 'a push']),
  ...oneWith('a push', ['a push', 'login', 'an update']),
];
const RENEWALS = oneWith('renewal', [
  'renewal',
  'a write',
  'rotate',
  'elevate',
  'logout',
  'login',
  'revokeAll',
]);
const TOUCHES = oneWith('touch', ['logout', 'revokeAll', 'login', 'rotate', 'destroy']);
const AT_THE_LIMIT = oneWith('login elsewhere', ['login elsewhere', 'login', 'a write', 'logout']);
/** The record has ended the session, and its key is still there. */
const BY_THE_RECORD: Pair[] = [
  ...oneWith('revokeAll', ['a write', 'an increment', 'rotate']),
  ...oneWith('disable', ['a write', 'takeOnce']),
];
const ON_ONE_SERVER: Pair[] = [
  ['an increment', 'an increment'],
  ['a push', 'a push'],
  ['a write of one field', 'a write of one field'],
  ['an increment', 'login'],
];

describe('Nothing is lost, doubled or revived, and nobody is mistaken, in any order of the commands of', () => {
  const started: Server[] = [];
  let servers: Server[];

  const fleet = async (...args: Parameters<typeof Server.fleet>): Promise<Server[]> => {
    const made = await Server.fleet(...args);
    started.push(...made);
    return made;
  };

  const walk = (
    on: Server[],
    who: Cast['who'],
    acts: Pair,
    { switches = 1, ...options }: SceneOptions & { switches?: number } = {},
  ) =>
    expectAllOrders(`${acts.join(' and ')} of a ${who}`, {
      prepare: () => prepare(on, { who, acts }, options),
      switches: atMost(switches),
      atOnce: AT_ONCE,
    });

  beforeAll(async () => {
    servers = await fleet(2, clusterNodes());
  });

  afterAll(() => Promise.all(started.map((server) => server.close())));

  describe('two requests with the session of a user:', () => {
    it.each([...USERS_REQUESTS, ...MORE_OF_USERS])(
      '%s and %s',
      (...acts) => walk(servers, 'user', acts),
      SIZED_LIMIT,
    );
  });

  describe('two requests of which one interrupts the other twice:', () => {
    it.each(BY_THE_RECORD)(
      '%s and %s',
      (...acts) => walk(servers, 'user', acts, { switches: 2 }),
      SIZED_LIMIT,
    );
  });

  describe('two requests with the session of a visitor:', () => {
    it.each(VISITORS_REQUESTS)(
      '%s and %s',
      (...acts) => walk(servers, 'visitor', acts),
      SIZED_LIMIT,
    );
  });

  describe('two requests of which one touches the session:', () => {
    it.each(TOUCHES)(
      '%s and %s',
      (...acts) => walk(servers, 'user', acts, { ageing: useIsOld }),
      SIZED_LIMIT,
    );
  });

  describe('two requests of which one renews the secret:', () => {
    let renewing: Server[];
    beforeAll(async () => {
      renewing = await fleet(2, clusterNodes(), { timeouts: { rotate: '1h' } });
    });

    it.each(RENEWALS)(
      '%s and %s',
      (...acts) => walk(renewing, 'user', acts, { ageing: secretIsOld }),
      SIZED_LIMIT,
    );
  });

  describe('two requests of a user who may have one session:', () => {
    let limited: Server[];
    beforeAll(async () => {
      limited = await fleet(2, clusterNodes(), { maxSessionsPerUser: 1 });
    });

    it.each(AT_THE_LIMIT)('%s and %s', (...acts) => walk(limited, 'user', acts), SIZED_LIMIT);
  });

  describe('two requests on one server:', () => {
    it.each(ON_ONE_SERVER)(
      '%s and %s',
      (...acts) => walk(servers.slice(0, 1), 'user', acts),
      SIZED_LIMIT,
    );
  });

  describe('two requests with a store in memory:', () => {
    let server: Server;
    beforeAll(async () => {
      server = await Server.inMemory();
      started.push(server);
    });

    it.each([...USERS_REQUESTS, ...MORE_OF_USERS])(
      '%s and %s of a user',
      (...acts) => walk([server], 'user', acts),
      SIZED_LIMIT,
    );
    it.each(VISITORS_REQUESTS)(
      '%s and %s of a visitor',
      (...acts) => walk([server], 'visitor', acts),
      SIZED_LIMIT,
    );
  });
});
