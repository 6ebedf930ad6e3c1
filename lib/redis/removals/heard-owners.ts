import type { SlotConnections } from './slot-connections.js';

type Connections = readonly (object | undefined)[];

/** One hearing of all hints: what it has heard counts for the connections that were there when it began. */
interface Hearing {
  readonly connections: Connections;
  readonly done: Promise<void>;
}

/** Which owners of slots are known to lack nothing of what the hints say: those whose connection was there when the hints were last heard. */
export class HeardOwners {
  /** By slot. */
  #heard: { readonly number: number; readonly connections: Connections } = {
    number: 0,
    connections: [],
  };
  #newest: Hearing | undefined;
  #count = 0;

  /** @param hear fetches all hints, and has them remembered */
  constructor(
    private readonly connections: SlotConnections,
    private readonly hear: () => Promise<void>,
  ) {}

  /** @param connection that serves the slot now */
  has(slot: number, connection: object): boolean {
    return this.#heard.connections[slot] === connection;
  }

  /**
   * Hears the hints for the slot's connection, and all others that there are. One that was begun for it before is waited for; one that was begun
   * before there was this connection is not, as it may wait for a master that is dead.
   */
  listen(slot: number, connection: object | undefined): Promise<void> {
    if (this.#newest?.connections[slot] !== connection) this.#newest = undefined;
    this.#newest ??= this.#begin();
    return this.#newest.done;
  }

  #begin(): Hearing {
    const number = ++this.#count;
    const connections = this.connections.all();
    const done = this.hear().then(() => {
      if (number > this.#heard.number) this.#heard = { number, connections };
    });
    return { connections, done };
  }
}
