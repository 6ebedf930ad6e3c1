import type { Redis } from 'ioredis';

/** How often a connection that hears is asked whether it still lives: one that is cut without a word hears nothing and says nothing. */
const PING_MS = 3000;
/** Longest wait for an answer. */
const ANSWER_MS = 2000;

/** One connection that hears sharded channels of one node. It is never mended, only replaced. */
export class EventSubscription {
  readonly #connection: Redis;
  readonly #channels = new Set<string>();
  readonly #pinger: NodeJS.Timeout;
  #ended = false;

  /**
   * @param connection not connected yet, and of nobody else
   * @param onEnd it hears nothing any more, or a channel has moved elsewhere
   */
  constructor(
    connection: Redis,
    hear: (channel: string, text: string) => void,
    private readonly onEnd: () => void,
  ) {
    this.#connection = connection;
    connection
      .on('smessage', hear)
      .on('error', () => this.end())
      .on('moved', () => this.end())
      .on('end', () => this.end());
    const ping = (): Promise<unknown> => connection.ping().catch(() => this.end());
    this.#pinger = setInterval(() => void ping(), PING_MS).unref();
  }

  /** Hears these channels, those it did not hear before also from now on. Rejects where it can't, and has ended then. */
  async hear(channels: readonly string[]): Promise<void> {
    const added = channels.filter((channel) => !this.#channels.has(channel));
    for (const channel of added) this.#channels.add(channel);
    try {
      // One by one: channels of several slots can't be named in one command.
      await Promise.all(added.map((channel) => this.#connection.ssubscribe(channel)));
    } catch (error) {
      this.end();
      throw error;
    }
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#pinger);
    this.#connection.disconnect();
    this.onEnd();
  }
}

/** A connection to the same node that hears and does nothing else. */
export function subscriberOf(connection: Redis): Redis {
  return connection.duplicate({
    protocol: 2,
    readOnly: false,
    lazyConnect: true,
    enableOfflineQueue: true,
    enableReadyCheck: false,
    autoResubscribe: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_MS,
    // A node that has gone never closes its side, and the process must not wait for that.
    disconnectTimeout: 0,
    connectionName: 'nest-session-events',
  });
}
