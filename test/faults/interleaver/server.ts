import { randomBytes } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Cluster } from 'ioredis';
import {
  SESSION_REDIS,
  SessionEvents,
  SessionModule,
  SessionRegistry,
  SessionService,
  SessionStore,
  type Session,
  type SessionModuleOptionsInput,
} from '../../../lib/index.js';
import type { CommitTurns } from '../../../lib/core/commit-turns.js';
import type { LiveSession } from '../../../lib/core/live-session.js';
import { SessionManager } from '../../../lib/core/session-manager.js';
import { liveSessionOf } from '../../../lib/core/session-view.js';
import { MemorySessionStore } from '../../../lib/memory/memory-session-store.js';
import { createCluster } from '../../../lib/redis/redis-client.js';
import { TEST_SECRET } from '../../apps/app-config.js';
import { RedisGate } from './redis-gate.js';
import { gateStore, trackStore, trackTurns } from './store-gate.js';

type Nodes = readonly { host: string; port: number }[];
type Options = Partial<Omit<SessionModuleOptionsInput, 'secret' | 'redis' | 'keyPrefix'>>;

/** What sessions of the walks hold. */
export interface Data {
  kept?: string;
  dropped?: string;
  cart?: string[];
  n?: number;
  [field: string]: unknown;
}

/** Long enough that nothing ends by it. */
const LONG_MS = 30_000;
const SILENT = { log() {}, error() {}, warn() {}, debug() {}, verbose() {} };

/** An app server without HTTP whose commands can be put in order. */
export class Server {
  /** Signs of attacks, of which there are none: by handle. */
  readonly alarms = new Map<string, string>();
  readonly service: SessionService;
  readonly registry: SessionRegistry;

  private constructor(
    private readonly module: TestingModule,
    readonly prefix: string,
    /** Undefined for a store in memory. */
    readonly gate: RedisGate | undefined,
    readonly cluster: Cluster | undefined,
  ) {
    this.service = module.get(SessionService);
    this.registry = module.get(SessionRegistry);
    module
      .get(SessionEvents)
      .on('theft', 'rejected')
      .subscribe(({ type, reason, handle }) => {
        if (type === 'theft' || reason === 'forged') {
          this.alarms.set(handle!, `a false alarm: ${type} ${reason}`);
        }
      });
    const { committer } = module.get(SessionManager).scope;
    trackTurns((committer as unknown as { turns: CommitTurns }).turns);
  }

  /** Servers of one app over a Redis Cluster. */
  static async fleet(count: number, nodes: Nodes, options: Options = {}): Promise<Server[]> {
    const prefix = `orders-${randomBytes(6).toString('hex')}:`;
    const starting = Array.from({ length: count }, async () => {
      const cluster = createCluster(nodes, {
        retryDelayOnFailover: 1,
        redisOptions: { commandTimeout: LONG_MS, socketTimeout: LONG_MS },
      });
      const gate = new RedisGate(cluster);
      // As if the library had made the client, so that it closes it.
      const redis = { nodes: [...nodes] };
      const module = await start({ ...options, redis, keyPrefix: prefix }, [
        SESSION_REDIS,
        cluster,
      ]);
      trackStore(module.get(SessionStore));
      return new Server(module, prefix, gate, cluster);
    });
    return Promise.all(starting);
  }

  /** A server with its sessions in its own memory. */
  static async inMemory(options: Options = {}): Promise<Server> {
    const store = new MemorySessionStore();
    gateStore(store);
    return new Server(
      await start({ ...options, store: 'memory' }, [SessionStore, store]),
      '',
      undefined,
      undefined,
    );
  }

  /** The session of a token as a request gets it, or a new one. */
  open(token?: string): Promise<Session<Data>> {
    return this.service.open<Data>(token);
  }

  close(): Promise<void> {
    return this.module.close();
  }
}

/** What HTTP does with a session that a handler does not. */
export function liveOf(session: object): LiveSession {
  return liveSessionOf(session)!;
}

async function start(
  options: Omit<SessionModuleOptionsInput, 'secret'>,
  [token, value]: [token: symbol | typeof SessionStore, value: object],
): Promise<TestingModule> {
  const all = { deadline: LONG_MS, ...options, secret: TEST_SECRET };
  const builder = Test.createTestingModule({ imports: [SessionModule.forRoot(all)] });
  builder.overrideProvider(token).useValue(value);
  const module = await builder.setLogger(SILENT).compile();
  await module.init();
  return module;
}
