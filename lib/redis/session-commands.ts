import type { UserTexts } from '../core/auth/user-texts.js';
import type { Operation } from '../core/operation.js';
import { sessionKey } from '../core/session-keys.js';
import type { SessionAddress } from '../core/session-store.js';
import type { StoreHealth } from '../core/store-health.js';
import type { DurableReply, DurableScripts } from './durable-scripts.js';
import type { ScriptReply } from './fenced-sending.js';
import type { RedisExecutor } from './redis-executor.js';
import type { RecordReader } from './record-reader.js';
import { ReplyOrder } from './reply-order.js';
import { runScript, type ScriptName } from './session-scripts.js';

/** What a script on a user's session answered, and what the user's record said after it. */
export interface ReplyAndUser extends DurableReply {
  readonly user?: UserTexts | undefined;
}

/** Arguments of a script, given the deadline in the time of the key's node. */
export type Arguments = (fence: string) => (string | number)[];

type Rest = readonly (string | number)[];

/** @param rest what comes after the operation's id */
export function usualArguments(
  { digest }: SessionAddress,
  { id }: Operation,
  rest: Rest,
): Arguments {
  return (fence) => [digest, fence, id, ...rest];
}

/** Runs scripts on sessions, and waits for a replica where the operation asks for it. */
export class SessionCommands {
  /** @param replicas hears whether a replica confirmed what was to be confirmed */
  constructor(
    private readonly executor: RedisExecutor,
    private readonly durable: DurableScripts,
    private readonly records: RecordReader,
    private readonly keyPrefix: string,
    private readonly replicas: StoreHealth,
  ) {}

  run(
    name: ScriptName,
    address: SessionAddress,
    operation: Operation,
    rest: Rest,
  ): Promise<DurableReply> {
    return this.#run(name, address, operation, usualArguments(address, operation, rest));
  }

  /**
   * The same and, of a user's session, reads the record behind the script on the same node: what was answered before the script was sent
   * is seen there.
   */
  runAndReadUser(
    name: ScriptName,
    address: SessionAddress,
    operation: Operation,
    args: Arguments,
  ): Promise<ReplyAndUser> {
    return address.kind === 'anonymous'
      ? this.#run(name, address, operation, args)
      : this.#runBeforeRead(name, address, operation, args);
  }

  async #runBeforeRead(
    name: ScriptName,
    address: SessionAddress,
    operation: Operation,
    args: Arguments,
  ): Promise<ReplyAndUser> {
    const { deadline } = operation;
    if (operation.durable) {
      let user: Promise<UserTexts> | undefined;
      const done = await this.#waitFor(name, address, operation, args, () => {
        user = this.records.userTexts(address, deadline);
        user.catch(() => undefined);
      });
      return { ...done, user: await user };
    }
    const order = new ReplyOrder();
    const sent = this.#send(name, address, operation, args, order);
    const read = this.records.userTextsBehind(order, address, deadline);
    // Told below: whoever hears of an error may rely on it that nothing is written any more.
    read.catch(() => undefined);
    const reply = await sent;
    // Sent a second time, the script came after the record was read.
    const user = (await read) ?? (await this.records.userTexts(address, deadline));
    return { reply, durable: false, user };
  }

  #run(
    name: ScriptName,
    address: SessionAddress,
    operation: Operation,
    args: Arguments,
  ): Promise<DurableReply> {
    if (operation.durable) return this.#waitFor(name, address, operation, args);
    const sent = this.#send(name, address, operation, args);
    return sent.then((reply) => ({ reply, durable: false }));
  }

  async #waitFor(
    name: ScriptName,
    address: SessionAddress,
    { deadline }: Operation,
    args: Arguments,
    answered?: () => void,
  ): Promise<DurableReply> {
    const key = sessionKey(this.keyPrefix, address);
    const done = await this.durable.run(name, key, deadline, args, answered);
    if (done.reply[0] !== 'applied') return { ...done, durable: false };
    if (done.durable) this.replicas.noteSuccess();
    else this.replicas.noteFailure();
    return done;
  }

  #send(
    name: ScriptName,
    address: SessionAddress,
    { deadline }: Operation,
    args: Arguments,
    order?: ReplyOrder,
  ): Promise<ScriptReply> {
    const key = sessionKey(this.keyPrefix, address);
    return this.executor.runFenced(key, deadline, (to, fence) => {
      const sent = runScript(to, name, key, args(fence));
      return order ? order.first(sent) : sent;
    });
  }
}
