import { setTimeout as delay } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { SessionStoreUnavailableError } from '../../../lib/core/errors.js';
import type { RedisClient } from '../../../lib/redis/redis-client.js';
import { keySlot } from '../../../lib/redis/key-slot.js';
import { RedisExecutor } from '../../../lib/redis/redis-executor.js';
import { until } from '../../support/until.js';

const POLICY = { deadline: 100, failoverDeadline: 20_000 };
const OF_SECOND = 'another key';
const GONE = new Error('Connection is closed.');

/** What ioredis says where it has tried nodes at random, one that is gone among them. */
const LOST_AT_RANDOM = new Error(
  'Too many Cluster redirections. Last error: Error: Connection is closed.',
);

/** A node as a client sees it. */
class FakeNode {
  readonly options: { host: string; port: number };
  alive = true;
  pings = 0;

  constructor(
    port: number,
    readonly exists: () => Promise<number>,
  ) {
    this.options = { host: 'redis', port };
  }

  get status(): string {
    return this.alive ? 'ready' : 'close';
  }

  get name(): string {
    return `redis:${this.options.port}`;
  }

  async ping(): Promise<string> {
    this.pings++;
    if (!this.alive) throw GONE;
    return 'PONG';
  }
}

/** Three masters, the first with a replica; every key is owned by the first, but one by the second. */
class FakeCluster {
  readonly isCluster = true;
  status = 'ready';
  readonly masters = [1, 2, 3].map((port) => this.#node(port));
  readonly replica = this.#node(4);
  questions = 0;
  /** Whether the second master says that it does not serve. */
  isStopped = false;
  /** Whether questions find neither a node nor an end. */
  answersNone = false;
  #owners = [this.masters[0]!.name, this.replica.name];

  get slots(): string[][] {
    const second = [this.masters[1]!.name];
    return new Proxy([], {
      get: (_, slot) => (slot === String(keySlot(OF_SECOND)) ? second : this.#owners),
    });
  }

  get owner(): FakeNode {
    return [...this.masters, this.replica].find(({ name }) => name === this.#owners[0])!;
  }

  /** The replica takes over; the client hears of it when it asks next. */
  promote(): void {
    this.#owners = [this.replica.name];
  }

  loseReplica(): void {
    this.#owners = [this.owner.name];
  }

  nodes(): FakeNode[] {
    return this.masters;
  }

  on(): this {
    return this;
  }

  off(): this {
    return this;
  }

  refreshSlotsCache(done: () => void): void {
    setImmediate(done);
  }

  #node(port: number): FakeNode {
    return new FakeNode(port, () => this.exists());
  }

  async exists(): Promise<number> {
    this.questions++;
    if (this.answersNone) await new Promise(() => undefined);
    return this.command();
  }

  /** What any command comes to. */
  async command(): Promise<number> {
    if (!this.owner.alive) throw GONE;
    return 1;
  }

  /** What a command for the second master's key comes to. */
  async commandOfSecond(): Promise<number> {
    if (this.isStopped) throw LOST_AT_RANDOM;
    return 2;
  }
}

describe('While a master does not serve', () => {
  let cluster: FakeCluster;
  let executor: RedisExecutor;
  let sent: number;

  beforeEach(() => {
    cluster = new FakeCluster();
    executor = new RedisExecutor(cluster as unknown as RedisClient, POLICY);
    sent = 0;
  });
  afterEach(() => executor.close());

  const run = (deadline = performance.now() + POLICY.deadline): Promise<number> =>
    executor.run('key', deadline, () => {
      sent++;
      return cluster.command();
    });
  /** Until the operations sent so far have found out that it does not serve. */
  const untilNoticed = (): Promise<void> => until('it is noticed', () => cluster.questions > 0);
  const passed = (): Promise<void> => {
    const then = performance.now() + POLICY.deadline;
    return until('the deadline has passed', () => performance.now() > then);
  };

  it('operations wait beyond their deadline, and go on when its replica has taken over', async () => {
    cluster.owner.alive = false;
    const waiting = Promise.all([run(), run(), run()]);
    await untilNoticed();
    await passed();
    cluster.promote();
    expect(await waiting).toEqual([1, 1, 1]);
    expect(sent).toBe(6);
  });

  it('they go on when it serves again itself', async () => {
    cluster.owner.alive = false;
    const waiting = run();
    await untilNoticed();
    cluster.owner.alive = true;
    expect(await waiting).toBe(1);
  });

  it('none is sent to it, only one question in turn', async () => {
    cluster.owner.alive = false;
    const first = run();
    await untilNoticed();
    const later = Array.from({ length: 100 }, () => run());
    await until('it was asked some times', () => cluster.questions > 3);
    expect(sent).toBe(1);
    cluster.promote();
    await Promise.all([first, ...later]);
    expect(sent).toBe(102);
  });

  it('an operation that was waited for has time to be answered afterwards', async () => {
    cluster.owner.alive = false;
    let left = 0;
    const waiting = executor.run('key', performance.now() + POLICY.deadline, (_, { soft }) => {
      left = soft - performance.now();
      return cluster.command();
    });
    await untilNoticed();
    await passed();
    cluster.promote();
    await waiting;
    expect(left).toBeGreaterThan(POLICY.deadline / 2);
  });

  it('and what comes after it under the same deadline is not refused for the time that was lost', async () => {
    const deadline = performance.now() + POLICY.deadline;
    cluster.owner.alive = false;
    const waiting = run(deadline);
    await untilNoticed();
    await passed();
    cluster.promote();
    await waiting;
    expect(performance.now()).toBeGreaterThan(deadline);
    expect(await run(deadline)).toBe(1);
  });

  it('nor is it where the master that was replaced is still being asked', async () => {
    const deadline = performance.now() + POLICY.deadline;
    cluster.owner.alive = false;
    cluster.answersNone = true;
    const waiting = run(deadline);
    await untilNoticed();
    await passed();
    cluster.promote();
    await waiting;
    expect(await run(deadline)).toBe(1);
  });

  it('a master that has stopped for it has its voice still: operations of both wait', async () => {
    cluster.owner.alive = false;
    cluster.isStopped = true;
    const waiting = [
      run(),
      executor.run(OF_SECOND, performance.now() + POLICY.deadline, () => cluster.commandOfSecond()),
    ];
    await untilNoticed();
    await passed();
    cluster.promote();
    cluster.isStopped = false;
    expect(await Promise.all(waiting)).toEqual([1, 2]);
  });

  it.each([
    ['it has no replica', () => cluster.loseReplica()],
    ['most masters are away', () => (cluster.masters[1]!.alive = false)],
  ])('they are refused at their deadline where %s', async (_, prepare) => {
    prepare();
    cluster.owner.alive = false;
    await expect(run()).rejects.toBeInstanceOf(SessionStoreUnavailableError);
    expect(sent).toBe(1);
  });

  it('for longer than anybody waits, operations are refused at once and nothing is sent', async () => {
    cluster.loseReplica();
    cluster.owner.alive = false;
    await expect(run()).rejects.toThrow('Redis at redis:1 has not served for');
    sent = 0;
    const before = performance.now();
    const deadline = before + 60_000;
    await expect(run(deadline)).rejects.toMatchObject({
      retryAfter: expect.any(Number) as number,
    });
    expect(sent).toBe(0);
    expect(performance.now()).toBeLessThan(deadline);
    cluster.owner.alive = true;
    await until('it serves', () =>
      run().then(
        () => true,
        () => false,
      ),
    );
  });

  it('and many wait already, one more is refused at once', async () => {
    cluster.owner.alive = false;
    const ample = (): number => performance.now() + 10_000;
    const waiting = Array.from({ length: 2048 }, () => run(ample()));
    await untilNoticed();
    await expect(run()).rejects.toThrow('2048 operations wait for Redis in this process already');
    cluster.promote();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([1]));
  });

  it('those that wait are refused when the app shuts down', async () => {
    cluster.owner.alive = false;
    const waiting = run();
    await untilNoticed();
    executor.close();
    await expect(waiting).rejects.toBeInstanceOf(SessionStoreUnavailableError);
  });
});

describe('A master that answers nothing', () => {
  it('is left alone until it answers again: what was sent to it waits on', async () => {
    const cluster = new FakeCluster();
    const executor = new RedisExecutor(cluster as unknown as RedisClient, {
      deadline: 300,
      failoverDeadline: 20_000,
    });
    let sent = 0;
    cluster.exists = (): Promise<number> => new Promise(() => undefined);
    const waiting = executor.run('key', performance.now() + 300, () => {
      sent++;
      return sent === 1 ? new Promise<number>(() => undefined) : cluster.command();
    });
    const later = performance.now() + 400;
    await until('its deadline has passed', () => performance.now() > later);
    expect(sent).toBe(1);
    cluster.promote();
    expect(await waiting).toBe(1);
    executor.close();
  });
});

describe('A process that stood still itself', () => {
  const policy = { deadline: 300, failoverDeadline: 5000 };
  let cluster: FakeCluster;
  let executor: RedisExecutor;

  beforeEach(() => {
    cluster = new FakeCluster();
    cluster.loseReplica();
    executor = new RedisExecutor(cluster as unknown as RedisClient, policy);
  });
  afterEach(() => executor.close());

  it('sends again what was answered meanwhile, and holds nothing against the node', async () => {
    let sent = 0;
    const answer = executor.run('key', performance.now() + policy.deadline, async () => {
      if (++sent > 1) return cluster.command();
      await delay(250);
      throw new Error('Command timed out');
    });
    const end = performance.now() + 600;
    while (performance.now() < end);
    expect(await answer).toBe(1);
    expect({ sent, questions: cluster.questions }).toEqual({ sent: 2, questions: 0 });
  });

  it('gives up a node that does not answer, also where it does so with every turn', async () => {
    let now = 0;
    jest.useFakeTimers({ doNotFake: ['performance'] });
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    try {
      cluster.exists = (): Promise<number> => new Promise(() => undefined);
      let outcome: unknown;
      executor
        .run('key', policy.deadline, () => new Promise(() => undefined))
        .catch((error: unknown) => (outcome = error));
      while (outcome === undefined && now < 60_000) {
        now += 150;
        await jest.advanceTimersByTimeAsync(50);
      }
      expect(outcome).toBeInstanceOf(SessionStoreUnavailableError);
      expect(now).toBeLessThan(10_000);
    } finally {
      clock.mockRestore();
      jest.useRealTimers();
    }
  });
});

describe('A client without any connection', () => {
  it('is waited for until the deadline, then operations are refused at once until it is back', async () => {
    const cluster = new FakeCluster();
    const executor = new RedisExecutor(cluster as unknown as RedisClient, POLICY);
    const run = (ms: number): Promise<number> =>
      executor.run('key', performance.now() + ms, () => cluster.command());
    cluster.status = 'reconnecting';
    await expect(run(POLICY.deadline)).rejects.toThrow('the client is reconnecting');
    await expect(run(60_000)).rejects.toThrow('Redis at the cluster has not served');
    cluster.status = 'ready';
    expect(await run(POLICY.deadline)).toBe(1);
    executor.close();
  });
});
