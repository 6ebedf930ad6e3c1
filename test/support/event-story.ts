import type { SessionEvent } from '../../lib/index.js';
import type { AppFleet } from './app-fleet.js';
import { Browser } from './browser.js';
import { range } from './in-flight.js';
import { until } from './until.js';

/** What can be foretold of an event. */
type Expected = Partial<SessionEvent>;

/** One of everything that can happen to sessions now, and the events that must be told of it. */
export class EventStory {
  readonly expected: Expected[] = [];
  readonly tokens: string[] = [];
  #settled = 0;

  constructor(private readonly fleet: AppFleet) {}

  async happen(): Promise<void> {
    await this.#visitor();
    await this.#user();
    await this.#others();
    await this.#forgery();
    await this.#everyone();
  }

  /** Until every server has heard all that was sent before: messages of one user come in order. */
  async settle(): Promise<void> {
    const round = ++this.#settled;
    const users = range(40).map((n) => `settle-${round}-${n}`);
    for (const user of users) await new Browser().post(this.fleet.url(0, `/login/${user}`));
    for (const server of this.fleet.servers) {
      await until('all servers have heard the last logins', async () => {
        const heard = await heardBy(server);
        return users.every((user) => heard.some(({ userId }) => userId === user));
      });
    }
  }

  async sendCookie(server: number, cookie: string): Promise<void> {
    await fetch(this.fleet.url(server, '/'), { headers: { cookie } });
  }

  async #visitor(): Promise<void> {
    const browser = new Browser();
    await this.#do(browser, 0, '/cart/tea');
    const handle = this.#handle(browser);
    this.#expect({ type: 'created', handle });
    await this.#do(browser, 1, '/rotate');
    this.#expect({ type: 'rotated', handle });
    await this.#do(browser, 0, '/destroy');
    this.#expect({ type: 'logout', handle, reason: 'destroyed' });
  }

  async #user(): Promise<void> {
    const browser = new Browser();
    await this.#do(browser, 0, '/note/a-private-note');
    const visitor = this.#handle(browser);
    this.#expect({ type: 'created', handle: visitor });
    const handle = await this.#login(browser, 1, 'ann', { replaces: visitor });
    await this.#do(browser, 0, '/elevate', { amr: ['otp'] });
    this.#expect({ type: 'elevated', handle, userId: 'ann' });
    await this.#do(browser, 1, '/rotate');
    this.#expect({ type: 'rotated', handle, userId: 'ann' });
    await this.#do(browser, 0, '/users/ann/setRoles', [['admin']]);
    this.#expect({ type: 'changed', userId: 'ann', reason: 'roles' });
    await this.#do(browser, 1, '/users/ann/setAttributes', [{ tier: 'gold' }]);
    this.#expect({ type: 'changed', userId: 'ann', reason: 'attributes' });
    await this.#do(browser, 0, '/logout');
    this.#expect({ type: 'logout', handle, userId: 'ann' });
  }

  /** The limit is two sessions. */
  async #others(): Promise<void> {
    const [first, second, third] = [new Browser(), new Browser(), new Browser()];
    const oldest = await this.#login(first, 0, 'bob');
    const revoked = await this.#login(second, 1, 'bob');
    const newest = await this.#login(third, 0, 'bob');
    this.#expect({ type: 'evicted', handle: oldest, userId: 'bob' });
    await this.#do(third, 1, '/users/bob/revoke', [revoked]);
    this.#expect({ type: 'revoked', handle: revoked, userId: 'bob' });
    await this.#do(third, 0, '/users/bob/disable');
    this.#expect({ type: 'revoked', handle: newest, userId: 'bob', reason: 'disabled' });
    this.#expect({ type: 'changed', userId: 'bob', reason: 'disabled' });
    await new Browser().post(this.fleet.url(1, '/login/bob'));
    this.#expect({ type: 'rejected', userId: 'bob', reason: 'disabled' });
    await this.#do(third, 1, '/users/bob/enable');
    this.#expect({ type: 'changed', userId: 'bob', reason: 'enabled' });
    const again = await this.#login(new Browser(), 0, 'bob');
    await this.#do(new Browser(), 0, '/users/bob/forget');
    this.#expect({ type: 'revoked', handle: again, userId: 'bob', reason: 'forgotten' });
  }

  async #forgery(): Promise<void> {
    const browser = new Browser();
    const handle = await this.#login(browser, 0, 'cid');
    await this.fleet.keys.redis.hset(this.fleet.keys.keyOf(browser.token!), '@a', 'x'.repeat(40));
    await browser.get(this.fleet.url(1, '/me'));
    this.#expect({ type: 'rejected', handle, reason: 'forged' });
  }

  async #everyone(): Promise<void> {
    await this.#do(new Browser(), 0, '/revoke-everyone');
    this.#expect({ type: 'revoked', reason: 'everyone' });
  }

  async #login(
    browser: Browser,
    server: number,
    user: string,
    more: Expected = {},
  ): Promise<string> {
    await this.#do(browser, server, `/login/${user}`);
    const handle = this.#handle(browser);
    this.#expect({ type: 'login', handle, userId: user, ...more });
    return handle;
  }

  async #do(browser: Browser, server: number, path: string, body?: unknown): Promise<void> {
    const { status, text } = await browser.post(this.fleet.url(server, path), body);
    if (status >= 300) throw new Error(`${path} was answered with ${status}: ${text}`);
    if (browser.token !== undefined) this.tokens.push(browser.token);
  }

  #handle(browser: Browser): string {
    return browser.token!.slice(21, 37);
  }

  #expect(event: Expected): void {
    this.expected.push(event);
  }
}

/** What a server has heard so far. */
export async function heardBy(server: {
  ask(question: string): Promise<unknown>;
}): Promise<SessionEvent[]> {
  return (await server.ask('observed')) as SessionEvent[];
}

/** Whether it is no event of `settle()`. */
export function isOfStory({ type, userId = '' }: SessionEvent): boolean {
  // Each server tells only of the trouble that it has itself, and a busy machine gives trouble.
  return type !== 'degraded' && !userId.startsWith('settle-');
}

/** What can be foretold of an event. */
export function comparable({ type, handle, userId, reason, replaces }: Expected): string {
  return JSON.stringify({ type, handle, userId, reason, replaces });
}
