import type { SlotConnections } from './slot-connections.js';

/** One hearing of all hints: what it has heard counts for the connections of masters that were there when it began. */
interface Hearing {
  readonly connections: ReadonlySet<object>;
  readonly done: Promise<void>;
}

/**
 * Which masters are known to lack nothing of what the hints say: those that owned slots when the hints were last heard. A slot that moves from one
 * of them to another takes its keys along; a replica that takes over, and a node that was started again, comes with a connection that is none
 * of theirs.
 */
export class HeardOwners {
  #heard: { readonly number: number; readonly connections: ReadonlySet<object> } = {
    number: 0,
    connections: new Set(),
  };
  #newest: Hearing | undefined;
  #count = 0;

  /** @param hear fetches all hints, and has them remembered */
  constructor(
    private readonly connections: SlotConnections,
    private readonly hear: () => Promise<void>,
  ) {}

  /** @param connection of a slot's owner */
  has(connection: object): boolean {
    return this.#heard.connections.has(connection);
  }

  /**
   * Hears the hints, for all owners as they are now. A hearing that was begun before is waited for, but not where it began before there was this
   * connection: it may wait for a master that is dead.
   */
  listen(connection?: object): Promise<void> {
    if (connection && !this.#newest?.connections.has(connection)) this.#newest = undefined;
    this.#newest ??= this.#begin();
    return this.#newest.done;
  }

  #begin(): Hearing {
    const number = ++this.#count;
    const connections = this.connections.ofOwners();
    const done = this.hear().then(() => {
      if (number > this.#heard.number) this.#heard = { number, connections };
    });
    return { connections, done };
  }
}
