import type { Answer } from './connection.js';
import { Latencies } from './latencies.js';
import { cookieOf } from './requests.js';

/** What the answers of a job were. */
export class Tally {
  readonly latencies: Latencies = new Latencies();
  readonly cookies: string[] = [];
  readonly failures: Record<number, number> = {};

  readonly #keepsCookies: boolean;

  constructor(keepsCookies: boolean) {
    this.#keepsCookies = keepsCookies;
  }

  /** @returns whether the connection can be used on */
  take({ status, head }: Answer, milliseconds: number): boolean {
    const isGood = status >= 200 && status <= 299;
    if (!isGood) this.failures[status] = (this.failures[status] ?? 0) + 1;
    this.latencies.add(milliseconds);
    const cookie = this.#keepsCookies && isGood ? cookieOf(head) : undefined;
    if (cookie) this.cookies.push(cookie);
    return status !== 0;
  }
}
