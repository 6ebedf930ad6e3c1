import { setTimeout as delay } from 'node:timers/promises';
import { inFlight, range } from '../support/in-flight.js';
import { until } from '../support/until.js';
import { isAcknowledged, type Entry } from './history.js';
import { LabClient, now, type Recorder } from './lab-client.js';
import { MemberClient } from './member-client.js';
import { VisitorClient } from './visitor-client.js';

/** How much is asked of the servers. */
export interface LoadPlan {
  /** Requests a second, whatever becomes of them. */
  readonly rate: number;
  readonly visitors: number;
  readonly members: number;
  /** Whether the app has only what every session library has. */
  readonly plain: boolean;
  /** What all values and user ids of this load begin with: letters and digits. */
  readonly nonce: string;
}

/** Addresses of the servers in turn, and where sessions lie. */
export type Field = Pick<Recorder, 'url' | 'shardOf'>;

/** Requests a second, by the environment; default 60, which two cores bear with all servers and nodes on them. */
export const RATE: number = Number(process.env['LAB_RATE'] ?? 60);

const TICK_MS = 5;

/**
 * An open-loop load: requests are sent when they are due, whether or not those before have been answered, and each is timed from
 * when it was due.
 */
export class Load {
  readonly history: Entry[] = [];
  readonly visitors: readonly VisitorClient[];
  readonly members: readonly MemberClient[];
  readonly #others: LabClient[] = [];
  readonly #plan: LoadPlan;
  readonly #recorder: Recorder;
  readonly #underWay = new Set<Promise<unknown>>();
  #running = false;
  #ticking: Promise<void> | undefined;

  constructor(plan: LoadPlan, field: Field) {
    this.#plan = plan;
    const recorder: Recorder = { ...field, record: (entry) => this.#record(entry) };
    this.visitors = range(plan.visitors).map(
      (at) => new VisitorClient(`visitor-${at}`, `${plan.nonce}-v${at}-`, recorder),
    );
    this.members = range(plan.members).map(
      (at) => new MemberClient(`member-${at}`, `${plan.nonce}-m${at}-`, recorder),
    );
    this.#recorder = recorder;
    for (const client of [...this.visitors, ...this.members]) client.whole = !plan.plain;
  }

  /** All of whom the history tells. */
  get clients(): readonly LabClient[] {
    return [...this.visitors, ...this.members, ...this.#others];
  }

  /** One more client, who does only what the scenario has it do; it is judged as the others are. */
  newClient(): LabClient {
    const at = this.#others.length;
    const owner = `${this.#plan.nonce}-c${at}-`;
    const client = new LabClient(`client-${at}`, owner, this.#recorder);
    this.#others.push(client);
    return client;
  }

  /** Begins all visitors' sessions, then sends requests until it is stopped. */
  async start(): Promise<void> {
    await inFlight(4, this.visitors, async (visitor) => {
      await until('the visitor has a session', async () => {
        await visitor.begin();
        return visitor.token !== undefined;
      });
    });
    this.#running = true;
    this.#ticking = this.#tick();
  }

  /** Goes on for so many milliseconds. */
  async goOn(milliseconds: number): Promise<void> {
    await delay(milliseconds);
  }

  /** Sends nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#running = false;
    await this.#ticking;
    await Promise.all(this.#underWay);
  }

  /** Resolves when requests sent from now on have succeeded on every shard; the load goes on. */
  async untilServed(): Promise<void> {
    const from = now();
    await until('every shard serves again', () => {
      const served = this.history.filter((entry) => entry.begin > from && isAcknowledged(entry));
      return [0, 1, 2].every((shard) => served.some((entry) => entry.shard === shard));
    });
  }

  /** Reads every session that there ever was once more, with its newest token. */
  async readAll(): Promise<void> {
    const reads = this.clients.flatMap((client) =>
      [...client.tokens.values()].map((token) => ({ client, token })),
    );
    await inFlight(8, reads, ({ client, token }) =>
      client.perform({ act: 'read', method: 'GET', path: '/read', token }),
    );
  }

  async #tick(): Promise<void> {
    const { rate } = this.#plan;
    const clients = [...this.visitors, ...this.members];
    const start = now();
    for (let sent = 0; this.#running; await delay(TICK_MS)) {
      const due = dueAfter(now() - start, rate);
      for (; sent < due; sent++) {
        const client = clients[sent % clients.length]!;
        const request = client.next(start + (sent * 1000) / rate);
        this.#underWay.add(request);
        void request.finally(() => this.#underWay.delete(request));
      }
    }
  }

  #record(entry: Omit<Entry, 'id'>): Entry {
    const noted = { ...entry, id: this.history.length };
    this.history.push(noted);
    return noted;
  }
}

/** How many requests are due so many milliseconds after the first, which is due at once. */
export function dueAfter(milliseconds: number, rate: number): number {
  return Math.floor((milliseconds * rate) / 1000) + 1;
}
