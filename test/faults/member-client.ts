import { isAcknowledged, type Act, type Entry } from './history.js';
import { LabClient, type Errand } from './lab-client.js';

/** What members do between their login and its end. */
const WHOLE_LIFE: readonly Act[] = ['write', 'elevate', 'rotate', 'roles', 'list', 'append'];
/** Of those, what every session library has. */
const PLAIN_LIFE: readonly Act[] = ['write', 'increment', 'append'];

const WHOLE_ENDS: readonly Act[] = ['logout', 'revokeAll', 'disable'];
const PLAIN_ENDS: readonly Act[] = ['logout'];

/**
 * A user who logs in, does this and that, is logged out in one way or another, and tries the dead session again. One request after
 * the other: those that are due meanwhile wait, and their latency counts from when they were due.
 */
export class MemberClient extends LabClient {
  readonly #due: number[] = [];
  #lives = 0;
  #running: Promise<void> | undefined;
  #steps: Iterator<Errand, void, Entry> | undefined;
  #last: Entry | undefined;

  /** Whether it does all that this library can, or what every library can. */
  whole = true;

  /** One more request is due. @returns when none is due any more */
  next(intended: number): Promise<void> {
    this.#due.push(intended);
    this.#running ??= this.#work().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #work(): Promise<void> {
    for (let due = this.#due.shift(); due !== undefined; due = this.#due.shift()) {
      this.#steps ??= this.#life();
      const step = this.#steps.next(this.#last!);
      if (step.done) this.#steps = undefined;
      else this.#last = await this.perform({ ...step.value, intended: due });
    }
  }

  *#life(): Generator<Errand, void, Entry> {
    const login = yield { act: 'login', path: `/login/${this.user}`, token: undefined };
    if (!isAcknowledged(login)) return;
    for (const act of this.whole ? WHOLE_LIFE : PLAIN_LIFE) {
      const read = yield this.#read();
      // What a failover has taken away is begun anew.
      if (isAcknowledged(read) && read.sight?.user === undefined) return;
      yield this.#errand(act);
    }
    yield this.#read();
    const ends = this.whole ? WHOLE_ENDS : PLAIN_ENDS;
    const end = ends[this.#lives++ % ends.length]!;
    const { token } = this;
    yield this.#errand(end);
    yield this.#read(token);
    yield this.#read(token);
    this.token = undefined;
    if (end === 'disable') yield* this.#enable();
  }

  /** Until it is done: a disabled user can't log in. */
  *#enable(): Generator<Errand, void, Entry> {
    for (;;) {
      const enabled = yield { act: 'enable', path: `/enable/${this.user}`, token: undefined };
      if (isAcknowledged(enabled)) return;
    }
  }

  #read(token: string | undefined = this.token): Errand {
    return { act: 'read', method: 'GET', path: '/read', token };
  }

  #errand(act: Act): Errand {
    const value = this.newValue();
    switch (act) {
      case 'write':
      case 'append':
        return { act, path: `/${act}/${value}`, value };
      case 'roles':
        return { act, path: `/roles/${this.user}/${value}`, value };
      case 'list':
        return { act, method: 'GET', path: `/list/${this.user}` };
      case 'revokeAll':
      case 'disable':
        return { act, path: `/${act}/${this.user}` };
      default:
        return { act, path: `/${act}` };
    }
  }
}
