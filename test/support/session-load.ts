import type { AppProcess } from './app-process.js';
import { headerOf, type RawAnswer } from './raw-http.js';
import { Visitor } from './visitor.js';

/** An answer that was no success, as the client saw it. */
export interface Failure {
  /** `performance.now()` when the request was sent. */
  readonly at: number;
  readonly took: number;
  readonly visitor: number;
  readonly status: number;
  readonly code: unknown;
  readonly retryAfter: string | undefined;
}

/** What went wrong under a load: the visitors that met it, once for each time. -1 is the one that begins anew. */
export interface LoadReport {
  requests: number;
  readonly failures: Failure[];
  /** Reads that found no session although one was stored. */
  readonly missing: number[];
  /** Reads that found less than what had been acknowledged. */
  readonly stale: number[];
  /** Reads that found what this visitor never wrote. */
  readonly foreign: number[];
  /** Cookies that were replaced or cleared. */
  readonly replaced: number[];
  /** Milliseconds the slowest answer took. */
  slowest: number;
}

/**
 * Visitors that write on one server and read on another, over and over, and know what they must find. Each has its own
 * session; at the side, one begins a new session every time.
 */
export class SessionLoad {
  readonly visitors: readonly Visitor[];
  readonly #servers: readonly AppProcess[];
  #report = emptyReport();
  #running = false;
  #work: Promise<unknown> = Promise.resolve();
  #rounds: number[] = [];
  #wake: (() => void)[] = [];
  #count = 0;

  /** @param servers apps of `ways-out` */
  constructor(servers: readonly AppProcess[], visitors: number) {
    this.#servers = servers;
    this.visitors = Array.from({ length: visitors }, () => new Visitor());
  }

  /** Begins; resolves once every visitor has a session. */
  async start(): Promise<void> {
    this.#report = emptyReport();
    this.#running = true;
    this.#rounds = this.visitors.map(() => 0);
    const loops = this.visitors.map((visitor, id) => this.#goOn(visitor, id));
    this.#work = Promise.all([...loops, this.#beginAnew()]);
    await this.rounds(1);
  }

  /** Resolves when every visitor has made this many rounds more. */
  async rounds(count: number): Promise<void> {
    const goal = this.#rounds.map((done) => done + count);
    while (goal.some((least, id) => this.#rounds[id]! < least)) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** Ends it, if it runs, and tells what was seen. */
  async stop(): Promise<LoadReport> {
    this.#running = false;
    await this.#work;
    return this.#report;
  }

  async #goOn(visitor: Visitor, id: number): Promise<void> {
    let known: Known = { acknowledged: undefined, unsure: [] };
    while (this.#running) {
      known = await this.#round(visitor, id, known);
      this.#rounds[id]!++;
      for (const wake of this.#wake.splice(0)) wake();
    }
  }

  async #beginAnew(): Promise<void> {
    const known: Known = { acknowledged: undefined, unsure: [] };
    while (this.#running) await this.#round(new Visitor(), -1, known);
  }

  async #round(visitor: Visitor, id: number, before: Known): Promise<Known> {
    const mark = `visitor-${id}-${++this.#count}`;
    const given = visitor.given;
    const wrote = await this.#send(visitor, id, `value?mark=${mark}`);
    const known: Known = wrote
      ? { acknowledged: mark, unsure: [] }
      : { ...before, unsure: [...before.unsure, mark] };
    const answer = await this.#send(visitor, id, 'mark');
    if (visitor.given > Math.max(given, 1)) this.#report.replaced.push(id);
    if (!answer) return known;
    const { mark: found } = JSON.parse(answer.body) as { mark?: string };
    if (found === known.acknowledged) return known;
    if (found === undefined) this.#report.missing.push(id);
    else if (known.unsure.includes(found)) return { acknowledged: found, unsure: known.unsure };
    else if (found.startsWith(`visitor-${id}-`)) this.#report.stale.push(id);
    else this.#report.foreign.push(id);
    return { acknowledged: found, unsure: known.unsure };
  }

  /** @returns the answer where it was a success */
  async #send(visitor: Visitor, id: number, path: string): Promise<RawAnswer | undefined> {
    const server = this.#servers[this.#report.requests++ % this.#servers.length]!;
    const at = performance.now();
    const answer = await visitor.request(`${server.url}/ways/${path}`);
    const took = performance.now() - at;
    this.#report.slowest = Math.max(this.#report.slowest, took);
    if (answer.status === 200) return answer;
    const { status } = answer;
    const { code } = JSON.parse(answer.body) as { code?: unknown };
    const retryAfter = headerOf(answer, 'Retry-After');
    this.#report.failures.push({ at, took, visitor: id, status, code, retryAfter });
    return undefined;
  }
}

interface Known {
  readonly acknowledged: string | undefined;
  /** Written without an acknowledgement since: stored or not. */
  readonly unsure: readonly string[];
}

/** The report in one line. */
export function summaryOf({ failures, missing, stale, foreign, replaced }: LoadReport): string {
  const counts = [
    `${failures.length} errors`,
    `${missing.length} missing`,
    `${stale.length} stale`,
  ];
  return [...counts, `${foreign.length} foreign`, `${replaced.length} replaced`].join(', ');
}

function emptyReport(): LoadReport {
  return {
    requests: 0,
    failures: [],
    missing: [],
    stale: [],
    foreign: [],
    replaced: [],
    slowest: 0,
  };
}
