import { EventChannel } from '../core/event-channel.js';
import { eventChannel } from '../core/session-keys.js';
import { EventSubscription, subscriberOf } from './event-subscription.js';
import { isCluster, type RedisClient } from './redis-client.js';
import { RedisExecutor } from './redis-executor.js';
import type { RefusalLog } from './refusal-log.js';

/** Enough that the messages of a busy app spread over all masters. */
const STREAMS = 16;
/** Between two looks at who owns the channels. */
const LOOK_MS = 1000;
/** Between two tries to reach a node. */
const RETRY_MS = 500;
/** Longest wait for the first subscriptions. */
const OPEN_MS = 2000;

/**
 * Sharded pub/sub (Redis 7): each message goes through one master, not through all as with PUBLISH. One more connection to each master
 * that owns a channel, made by hand (docs/decisions/0010-event-channel.md).
 */
export class RedisEventChannel extends EventChannel {
  readonly streams: number = STREAMS;
  /** Channel by stream. */
  readonly #channels: readonly string[];
  readonly #client: RedisClient;
  readonly #executor: RedisExecutor;
  readonly #subscriptions = new Map<string, EventSubscription>();
  /** When a connection to a node was last made: `performance.now()`. */
  readonly #tried = new Map<string, number>();
  #hear: ((stream: number, text: string) => void) | undefined;
  #looker: NodeJS.Timeout | undefined;
  readonly #look = (): void => void this.#follow();

  /**
   * @param client connected by somebody else
   * @param keyPrefix processes with the same one hear each other
   * @param refusals hears of rights that are missing
   */
  constructor(
    client: RedisClient,
    keyPrefix: string,
    private readonly refusals: RefusalLog | undefined = undefined,
  ) {
    super();
    this.#client = client;
    this.#executor = new RedisExecutor(client, undefined, undefined, refusals);
    this.#channels = Array.from({ length: STREAMS }, (_, stream) =>
      eventChannel(keyPrefix, stream),
    );
  }

  async open(hear: (stream: number, text: string) => void): Promise<void> {
    this.#hear = hear;
    this.#looker = setInterval(this.#look, LOOK_MS).unref();
    this.#client.on('refresh', this.#look);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, OPEN_MS);
    });
    await Promise.race([this.#follow(), late]);
    clearTimeout(timer);
  }

  async publish(stream: number, text: string, deadline: number): Promise<void> {
    const channel = this.#channels[stream]!;
    await this.#executor.run(channel, deadline, (to) => to.spublish(channel, text));
  }

  close(): void {
    this.#executor.close();
    this.#hear = undefined;
    clearInterval(this.#looker);
    this.#client.off('refresh', this.#look);
    for (const subscription of this.#subscriptions.values()) subscription.end();
  }

  /** Hears each channel where it is now. Cheap where nothing has changed. */
  async #follow(): Promise<void> {
    if (!this.#hear) return;
    const wanted = new Map<string, string[]>();
    for (const channel of this.#channels) {
      const owner = this.#executor.ownerOf(channel);
      if (owner === undefined) continue;
      wanted.set(owner, [...(wanted.get(owner) ?? []), channel]);
    }
    for (const [node, subscription] of this.#subscriptions) {
      if (!wanted.has(node)) subscription.end();
    }
    const hearings = [...wanted].map(async ([node, channels]) => {
      // What can't be heard now is tried again at the next look.
      await this.#subscription(node)
        ?.hear(channels)
        .catch((error: unknown) => this.refusals?.note(error));
    });
    await Promise.all(hearings);
  }

  #subscription(node: string): EventSubscription | undefined {
    const known = this.#subscriptions.get(node);
    if (known) return known;
    const now = performance.now();
    if (now - (this.#tried.get(node) ?? -Infinity) < RETRY_MS) return undefined;
    this.#tried.set(node, now);
    const connection = this.#executor.nodes.to(node);
    if (!connection) return undefined;
    const subscription = new EventSubscription(
      subscriberOf(connection),
      (channel, text) => this.#hear?.(this.#channels.indexOf(channel), text),
      () => this.#lose(node),
    );
    this.#subscriptions.set(node, subscription);
    return subscription;
  }

  /** Where a connection has ended the next look makes another; the client may have to learn first who owns its slots now. */
  #lose(node: string): void {
    this.#subscriptions.delete(node);
    if (this.#hear && isCluster(this.#client) && this.#client.status === 'ready') {
      this.#client.refreshSlotsCache();
    }
  }
}
