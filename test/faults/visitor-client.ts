import type { Act, Entry } from './history.js';
import { LabClient } from './lab-client.js';

const WHOLE_ROUND: readonly Act[] = ['write', 'read', 'append', 'read', 'increment', 'read'];
/** Without what libraries that save a session as one text lose in parallel requests, with no fault at all. */
const PLAIN_ROUND: readonly Act[] = ['write', 'read'];

/** A visitor who never logs in, with as many requests at once as the load sends: all of them on one session. */
export class VisitorClient extends LabClient {
  /** Whether it does all that this library can, or what every library can. */
  whole = true;
  #turn = 0;

  /** Begins its session. */
  async begin(): Promise<void> {
    await this.#send('write');
  }

  /** Its next request. */
  next(intended: number): Promise<Entry> {
    // Who has no session yet begins one: the other requests would do nothing.
    const round = this.whole ? WHOLE_ROUND : PLAIN_ROUND;
    const act = this.token === undefined ? 'write' : round[this.#turn++ % round.length]!;
    return this.#send(act, intended);
  }

  #send(act: Act, intended?: number): Promise<Entry> {
    const errand = { act, ...(intended !== undefined && { intended }) };
    if (act === 'read') return this.perform({ ...errand, method: 'GET', path: '/read' });
    if (act === 'increment') return this.perform({ ...errand, path: '/increment' });
    const value = this.newValue();
    return this.perform({ ...errand, path: `/${act}/${value}`, value });
  }
}
