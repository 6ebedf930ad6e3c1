import { setTimeout as delay } from 'node:timers/promises';
import { SessionStoreUnavailableError } from '../core/errors.js';
import { isCluster, tlsOf, type RedisClient } from './redis-client.js';
import { handleAsking } from './handled-asking.js';
import { probeEndpoints } from './endpoint-probe.js';
import { probeNode } from './node-probe.js';
import { describeFailure } from './redis-failure.js';

/** Longest wait for a cluster at boot. */
const CONNECT_TIMEOUT_MS = 4200;
/** Longest wait for the reason why a node can't be reached. */
const PROBE_TIMEOUT_MS = 500;
/** Longest wait for the addresses that a node tells, which has just taken a connection. */
const ENDPOINTS_TIMEOUT_MS = 200;
/** What ioredis' cluster says of a node whatever the reason. */
const HIDDEN_REASON = 'Connection is closed.';
/** Longest wait for replies under way at shutdown. */
const QUIT_TIMEOUT_MS = 1000;

/** A client and its life: opened at boot, closed with the app unless it is the user's own. */
export class RedisConnection {
  readonly #release: () => void;

  /**
   * @param owned whether this library made the client, and so closes it
   * @param nodes where it was told to connect to, for error messages
   */
  constructor(
    readonly client: RedisClient,
    private readonly owned: boolean,
    private readonly nodes: readonly string[],
  ) {
    this.#release = handleAsking(client);
  }

  /** @throws SessionStoreUnavailableError within 5 s, naming the nodes tried and why each failed */
  async open(): Promise<void> {
    if (this.client.status === 'ready') return;
    const reasons = new Map<string, string>();
    const note = (error: Error, node?: string): void => {
      reasons.set(node ?? this.#name(), describeFailure(error));
    };
    const noteNode = (error: Error, node: string): void => note(error, node);
    this.client.on('error', note).on('node error', noteNode);
    try {
      // ioredis' own connect() waits for its retries; here only readiness and time count.
      if (this.client.status === 'wait') this.client.connect().catch(note);
      await this.#ready(performance.now() + CONNECT_TIMEOUT_MS, reasons);
    } finally {
      this.client.off('error', note).off('node error', noteNode);
    }
  }

  async #ready(deadline: number, reasons: ReadonlyMap<string, string>): Promise<void> {
    while (this.client.status !== 'ready') {
      if (performance.now() >= deadline || this.client.status === 'end') {
        if (this.owned) this.#letGo();
        throw await this.#failure(reasons);
      }
      await delay(10);
    }
  }

  async #failure(reasons: ReadonlyMap<string, string>): Promise<SessionStoreUnavailableError> {
    const told = new Map(reasons);
    for (const [node, reason] of told) if (reason === HIDDEN_REASON) told.delete(node);
    const silent = [...new Set([...this.nodes, ...reasons.keys()])].filter(
      (node) => !told.has(node),
    );
    await Promise.all(
      silent.map(async (node) => {
        const reason =
          (await probeNode(node, PROBE_TIMEOUT_MS, tlsOf(this.client))) ??
          (await this.#aimlessness(node)) ??
          reasons.get(node);
        if (reason !== undefined) told.set(node, reason);
      }),
    );
    // The cluster as a whole has failed because its nodes have.
    if (told.size > 1) told.delete('cluster');
    const tried = [...told].map(([node, reason]) => `${node}: ${reason.replace(/\.$/, '')}`);
    return new SessionStoreUnavailableError(
      `No Redis ${isCluster(this.client) ? 'Cluster ' : ''}could be reached at boot. Tried ${this.nodes.join(', ')}. ` +
        `${tried.length > 0 ? tried.join('; ') : 'No node answered'}. Check the option 'redis' and that the servers run.`,
    );
  }

  /** Why a cluster's node that can be connected to leads nowhere. */
  async #aimlessness(node: string): Promise<string | undefined> {
    const { client } = this;
    if (!isCluster(client)) return undefined;
    return probeEndpoints(node, ENDPOINTS_TIMEOUT_MS, client.options.redisOptions);
  }

  /** Who speaks where an error names no node. */
  #name(): string {
    return isCluster(this.client) ? 'cluster' : (this.nodes[0] ?? 'server');
  }

  /** Waits for replies under way, then lets go; the user's own client stays open. */
  async close(): Promise<void> {
    this.#release();
    if (!this.owned || this.client.status === 'end') return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, QUIT_TIMEOUT_MS);
    });
    await Promise.race([this.client.quit().catch(() => undefined), late]);
    clearTimeout(timer);
    this.#letGo();
  }

  #letGo(): void {
    const { client } = this;
    client.disconnect();
    // One that is under way just then would make ioredis begin the next one for ever, and the process would not end.
    if (isCluster(client)) client.refreshSlotsCache = () => undefined;
  }
}
