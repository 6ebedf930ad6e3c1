import type { SlotConnections } from './slot-connections.js';

/** Which owners of slots are known to lack nothing of what the hints say: those whose connection was there when the hints were last heard. */
export class HeardOwners {
  #heard: readonly (object | undefined)[] = [];
  #hearing: Promise<void> | undefined;

  /** @param hear fetches all hints, and has them remembered */
  constructor(
    private readonly connections: SlotConnections,
    private readonly hear: () => Promise<void>,
  ) {}

  /** @param connection that serves the slot now */
  has(slot: number, connection: object): boolean {
    return this.#heard[slot] === connection;
  }

  /**
   * Hears the hints, for all slots as they are now. What another has begun is waited for instead, so ask again afterwards whether
   * it was enough.
   */
  listen(): Promise<void> {
    this.#hearing ??= this.#listen().finally(() => (this.#hearing = undefined));
    return this.#hearing;
  }

  async #listen(): Promise<void> {
    const connections = this.connections.all();
    await this.hear();
    this.#heard = connections;
  }
}
