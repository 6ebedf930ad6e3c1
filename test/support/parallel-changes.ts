import type { AppFleet } from './app-fleet.js';
import { Browser } from './browser.js';
import { range } from './in-flight.js';
import type { Shared } from '../apps/parallel.app.js';

/** Sends parallel requests on one session to all servers, and reads what became of it. */
export class ParallelChanges {
  /** Answers that were neither 200 nor 201. */
  readonly failures: string[] = [];

  constructor(private readonly fleet: AppFleet) {}

  /** A browser whose session is stored already. */
  async visitor(): Promise<Browser> {
    const browser = new Browser();
    await this.#post(browser, 0, '/start');
    return browser;
  }

  /** Two requests at once on different fields, each to another server. @returns how many of both changes are there */
  async pair(way: 'whole' | 'field', name: string): Promise<number> {
    const browser = await this.visitor();
    await Promise.all([
      this.#post(browser, 0, `/${way}/left/${name}-left`),
      this.#post(browser, 1, `/${way}/right/${name}-right`),
    ]);
    const { left, right } = await this.stored(browser);
    return Number(left?.value === `${name}-left`) + Number(right?.value === `${name}-right`);
  }

  /** So many requests at once on one field. */
  async storm(browser: Browser, count: number, path: string, body?: (at: number) => unknown) {
    await Promise.all(range(count).map((at) => this.#post(browser, at, path, body?.(at))));
  }

  async stored(browser: Browser): Promise<Shared> {
    return (await browser.get(this.fleet.url(0, '/'))).json<Shared>();
  }

  async #post(browser: Browser, server: number, path: string, body?: unknown): Promise<void> {
    const { status, text } = await browser.post(this.fleet.url(server, path), body);
    if (status !== 201) this.failures.push(`${path}: ${status} ${text}`);
  }
}
