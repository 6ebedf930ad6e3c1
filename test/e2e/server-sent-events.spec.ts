import { clusterNodes, PLATFORMS, startApps, type AppProcess } from '../support/app-process.js';
import { RawExchange } from '../support/raw-http.js';
import { sessionCookies, Visitor } from '../support/visitor.js';

describe.each(PLATFORMS)('Server-sent events on %s', (platform) => {
  let servers: AppProcess[];
  let visitor: Visitor;

  beforeAll(async () => {
    const redis = { nodes: clusterNodes() };
    servers = await startApps(2, { app: 'live-events', platform, options: { redis } });
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
  });

  beforeEach(async () => {
    visitor = new Visitor();
    await step('new');
  });

  /** Leads the handler on. @returns when the app did so */
  async function step(name: string): Promise<bigint> {
    return BigInt((await servers[0]!.ask(name)) as string);
  }

  function listen(mark: string): RawExchange {
    const headers = visitor.headers();
    return new RawExchange(`${servers[0]!.url}/events?mark=${mark}`, { headers });
  }

  /** Answered by the same server meanwhile: time in which a head that does not wait would have left. */
  async function otherRequests(): Promise<void> {
    for (let count = 0; count < 10; count++) {
      await new Visitor().request(`${servers[0]!.url}/stored`);
      await new Visitor().request(`${servers[0]!.url}/after-value`);
    }
  }

  async function storedElsewhere(): Promise<unknown> {
    return JSON.parse((await visitor.request(`${servers[1]!.url}/stored`)).body);
  }

  it('hold their head back until the first event, and what the handler changed is saved before it', async () => {
    const exchange = listen('first');
    await otherRequests();
    const at = await step('hello');
    await exchange.until('data: hello');
    await step('end');
    const answer = await exchange.answer;
    expect(answer.firstByteAt).toBeGreaterThan(at);
    visitor.keep(answer);
    expect(answer).toMatchObject({ status: 200, complete: true });
    expect(await storedElsewhere()).toEqual({ mark: 'first' });
  });

  it('that end without an event are saved as well', async () => {
    const exchange = listen('empty');
    await step('end');
    const answer = await exchange.answer;
    visitor.keep(answer);
    expect(answer).toMatchObject({ status: 200, complete: true });
    expect(await storedElsewhere()).toEqual({ mark: 'empty' });
  });

  it('that stay silent send their head at the deadline, with what is saved by then', async () => {
    const exchange = listen('silent');
    await exchange.until('\r\n\r\n');
    exchange.abort();
    const answer = await exchange.answer;
    expect(sessionCookies(answer)).toHaveLength(1);
    visitor.keep(answer);
    expect(await storedElsewhere()).toEqual({ mark: 'silent' });
  });

  it('are broken off at their end if a later change was not saved', async () => {
    const exchange = listen('change');
    await step('hello');
    await exchange.until('data: hello');
    await step('change');
    await exchange.until('data: change');
    await step('end');
    const answer = await exchange.answer;
    visitor.keep(answer);
    expect(answer.complete).toBe(false);
    expect(await storedElsewhere()).toEqual({ mark: 'change' });
  });

  it('may change the session later and save it themselves', async () => {
    const exchange = listen('save');
    await step('hello');
    await exchange.until('data: hello');
    await step('save');
    await exchange.until('data: save');
    await step('end');
    const answer = await exchange.answer;
    visitor.keep(answer);
    expect(answer.complete).toBe(true);
    expect(await storedElsewhere()).toEqual({ mark: 'save', late: 'saved' });
  });

  it('can rotate no token once their head has left', async () => {
    const exchange = listen('rotate');
    await step('hello');
    await exchange.until('data: hello');
    await step('rotate');
    await exchange.until('data: SessionClosedError');
    await step('end');
    expect(await exchange.answer).toMatchObject({ status: 200, complete: true });
  });
});

describe.each(PLATFORMS)('After the response has ended on %s', (platform) => {
  let server: AppProcess;

  beforeAll(async () => {
    const redis = { nodes: clusterNodes() };
    [server] = (await startApps(1, { app: 'live-events', platform, options: { redis } })) as [
      AppProcess,
    ];
  });

  afterAll(() => server.stop());

  it.each(['after-end', 'after-value'])('a change throws (%s)', async (path) => {
    await new Visitor().request(`${server.url}/${path}`);
    expect(await server.ask('after-end')).toBe('SessionClosedError');
  });
});
