import type { SessionEvent } from '../../lib/index.js';
import { createCluster } from '../../lib/redis/redis-client.js';
import { RedisEventChannel } from '../../lib/redis/redis-event-channel.js';
import { useFleet } from '../support/app-fleet.js';
import { clusterNodes, PLATFORMS } from '../support/app-process.js';
import { Browser, SESSION_COOKIE } from '../support/browser.js';
import { Canaries } from '../support/canary.js';
import { range } from '../support/in-flight.js';
import { comparable, EventStory, heardBy, isOfStory } from '../support/event-story.js';

describe.each(PLATFORMS)('Events on %s', (platform) => {
  const options = { events: { cluster: true }, maxSessionsPerUser: { limit: 2 } };
  const fleet = useFleet({ app: 'events', platform, options });
  const story = new EventStory(fleet);
  /** What went between the servers. */
  const messages: string[] = [];
  let stop: (() => void) | undefined;

  beforeAll(async () => {
    const client = createCluster(clusterNodes());
    await client.connect();
    const channel = new RedisEventChannel(client, fleet.keys.prefix);
    await channel.open((_stream, text) => messages.push(text));
    stop = () => {
      channel.close();
      client.disconnect();
    };
  });
  afterAll(() => stop?.());

  it('are told on every server, one for each action', async () => {
    await story.happen();
    const expected = story.expected.map(comparable).sort();
    await story.settle();
    for (const server of fleet.servers) {
      const heard = (await heardBy(server)).filter(isOfStory).map(comparable).sort();
      expect(heard).toEqual(expected);
    }
    const [first, second] = (await Promise.all(fleet.servers.map(heardBy))).map((events) =>
      events.filter(isOfStory),
    );
    const shared = (events: readonly SessionEvent[]): string[] =>
      events
        .map(({ ipClass: _, ...event }) => JSON.stringify(event, Object.keys(event).sort()))
        .sort();
    expect(shared(first!)).toEqual(shared(second!));
  });

  it('say the class of the client address only where they happened', async () => {
    const events = await Promise.all(fleet.servers.map(heardBy));
    const withClass = events.flat().filter(({ ipClass }) => ipClass !== undefined);
    expect(new Set(withClass.map(({ ipClass }) => ipClass))).toEqual(new Set(['127.0.0.0/24']));
    const logins = events.map((heard) => heard.filter(({ type }) => type === 'login'));
    const servers = new Set(logins[0]!.map(({ server }) => server));
    expect(servers.size).toBe(2);
    for (const heard of logins) {
      const origins = new Set(heard.filter(({ ipClass }) => ipClass).map(({ server }) => server));
      expect(origins.size).toBe(1);
    }
  });

  it('reach the methods that ask for them, and one that fails is logged and breaks nothing', async () => {
    const [server] = fleet.servers;
    const handled = (await server!.ask('handled')) as SessionEvent[];
    expect(new Set(handled.map(({ type }) => type))).toEqual(
      new Set(['login', 'logout', 'rejected']),
    );
    expect((await new Browser().post(fleet.url(0, '/login/late'))).status).toBe(200);
    expect(server!.output()).toContain("Listener.breakLater failed at the event 'login'");
    expect(server!.output()).toContain("Listener.breakAtOnce failed at the event 'login'");
  });

  it('of junk stay where it came, whoever sends it', async () => {
    const before = await Promise.all(fleet.servers.map(heardBy));
    const junk = range(20).map((n) => `A${String(n).padStart(95, 'x')}`);
    for (const token of junk) await new Browser({ [SESSION_COOKIE]: token }).get(fleet.url(0, '/'));
    const two = `${SESSION_COOKIE}=${junk[0]}; ${SESSION_COOKIE}=${junk[1]}`;
    await story.sendCookie(0, two);
    await story.settle();
    const after = await Promise.all(fleet.servers.map(heardBy));
    const reasons = after[0]!.slice(before[0]!.length).filter(({ type }) => type === 'rejected');
    expect(reasons.map(({ reason }) => reason)).toEqual([...junk.map(() => 'junk'), 'ambiguous']);
    expect(reasons.every(({ ipClass }) => ipClass === '127.0.0.0/24')).toBe(true);
    expect(after[1]!.filter(({ reason }) => reason === 'junk' || reason === 'ambiguous')).toEqual(
      [],
    );
  });

  it('hold no token, no secret, no data and no address', async () => {
    const canaries = new Canaries();
    story.tokens.forEach((token, n) => canaries.addToken(`token ${n}`, token));
    canaries.add('the note', 'a-private-note');
    canaries.add('the address', '127.0.0.1');
    const events = await Promise.all(fleet.servers.map(heardBy));
    expect(events[0]!.length).toBeGreaterThan(20);
    expect(story.tokens.length).toBeGreaterThan(5);
    expect(messages.length).toBeGreaterThan(20);
    expect(canaries.foundIn(JSON.stringify([events, messages]))).toEqual([]);
  });
});
