import type { Redis } from 'ioredis';
import { keySlot } from './key-slot.js';
import { inOneWrite } from './one-write.js';
import { isCluster, type RedisClient } from './redis-client.js';
import type { ScriptReply } from './fenced-sending.js';
import type { RedisExecutor } from './redis-executor.js';
import type { RefusalLog } from './refusal-log.js';
import { isUnknownScript, runScript, SCRIPT_TEXTS, type ScriptName } from './session-scripts.js';
import { SideConnections } from './side-connections.js';

/** Longest wait for a replica: what takes longer is told to the caller as not durable. */
const WAIT_MS = 150;

/** What a script answered, and whether a replica has what it wrote. */
export interface DurableReply {
  readonly reply: ScriptReply;
  readonly durable: boolean;
}

/**
 * Runs scripts whose effect a failover should not undo: script and WAIT in one turn on a connection of their own. Where that
 * fails the script goes the ordinary way, and is not called durable.
 */
export class DurableScripts {
  readonly #sides: SideConnections;
  readonly #loaded = new WeakMap<Redis, Set<ScriptName>>();
  readonly #client: RedisClient;

  constructor(
    client: RedisClient,
    private readonly executor: RedisExecutor,
    private readonly refusals: RefusalLog | undefined = undefined,
  ) {
    this.#client = client;
    this.#sides = new SideConnections(client);
  }

  /**
   * @param args of the script, given the deadline in the time of the key's node
   * @param answered is called when the script has been answered, before a replica has been waited for; again where it is sent again
   */
  async run(
    name: ScriptName,
    key: string,
    deadline: number,
    args: (fence: string) => (string | number)[],
    answered: () => void = () => undefined,
  ): Promise<DurableReply> {
    let durable = false;
    const told = async (sent: Promise<unknown>): Promise<unknown> => {
      const answer = await sent;
      answered();
      return answer;
    };
    const reply = await this.executor.runFenced(key, deadline, async (to, fence) => {
      const given = args(fence);
      const side = this.#hasReplica(key) ? this.#sides.to(this.executor.ownerOf(key)!) : undefined;
      if (side) {
        try {
          const { sha1, lua } = SCRIPT_TEXTS[name];
          const byName = (): Promise<unknown> => told(side.evalsha(sha1, 1, key, ...given));
          const byText = (): Promise<unknown> => told(side.eval(lua, 1, key, ...given));
          const ways = this.#isLoaded(side, name) ? [byName, byText] : [byText];
          const [answer, replicas] = await withWait(side, deadline, ways);
          durable = replicas > 0;
          return answer;
        } catch (error) {
          this.refusals?.note(error);
          durable = false;
        }
      }
      return told(runScript(to, name, key, given));
    });
    return { reply, durable };
  }

  close(): void {
    this.#sides.close();
  }

  /** Whether the script has been sent over this connection, so that Redis knows its name; it is from now on. */
  #isLoaded(side: Redis, name: ScriptName): boolean {
    const loaded = this.#loaded.get(side) ?? new Set();
    this.#loaded.set(side, loaded);
    const isLoaded = loaded.has(name);
    loaded.add(name);
    return isLoaded;
  }

  #hasReplica(key: string): boolean {
    if (!isCluster(this.#client)) return false;
    return (this.#client.slots[keySlot(key)]?.length ?? 0) > 1;
  }
}

/**
 * Sends the script and WAIT in one turn. A script that Redis does not know goes once more with a WAIT of its own: the first one says nothing
 * of it, as it was executed before.
 * @param ways of sending the script, the next where Redis does not know it: by its name, by its text
 * @returns the script's answer, and how many replicas have what it wrote
 */
async function withWait(
  side: Redis,
  deadline: number,
  [send, ...others]: (() => Promise<unknown>)[],
): Promise<[answer: unknown, replicas: number]> {
  // Who has little time is told in time that it is not durable, rather than that nothing was answered.
  const most = Math.min(WAIT_MS, (deadline - performance.now()) / 2);
  const patience = Math.max(1, Math.floor(most));
  try {
    inOneWrite(side);
    return await Promise.all([send!(), side.wait(1, patience)]);
  } catch (error) {
    if (others.length === 0 || !isUnknownScript(error)) throw error;
    return withWait(side, deadline, others);
  }
}
