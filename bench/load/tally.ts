import type { Answer } from './connection.js';
import { Latencies } from './latencies.js';
import { cookieOf } from './requests.js';

/** What the answers of a job were. */
export class Tally {
  readonly latencies: Latencies = new Latencies();
  readonly cookies: string[] = [];
  failed = 0;

  readonly #keepsCookies: boolean;

  constructor(keepsCookies: boolean) {
    this.#keepsCookies = keepsCookies;
  }

  /** @returns whether the connection can be used on */
  take({ status, head }: Answer, milliseconds: number): boolean {
    if (status < 200 || status > 299) this.failed += 1;
    this.latencies.add(milliseconds);
    const cookie = this.#keepsCookies ? cookieOf(head) : undefined;
    if (cookie) this.cookies.push(cookie);
    return status !== 0;
  }
}
