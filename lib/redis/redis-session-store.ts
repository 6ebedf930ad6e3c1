import { SessionStoreUnavailableError, type SessionEndReason } from '../core/errors.js';
import type { UserTexts } from '../core/auth/user-texts.js';
import type { Operation } from '../core/operation.js';
import { sessionKey } from '../core/session-keys.js';
import {
  SessionStore,
  type CommitResult,
  type EndResult,
  type FieldChange,
  type Lifetimes,
  type ReadResult,
  type RenewResult,
  type RetireResult,
  type Rotation,
  type SessionAddress,
  type SessionDescription,
  type SessionTimes,
  type StoreLimits,
} from '../core/session-store.js';
import { StoreHealth } from '../core/store-health.js';
import { DurableScripts } from './durable-scripts.js';
import { changeArguments } from './field-check.js';
import type { RedisClient } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';
import { DEFAULT_POLICY, type RedisPolicy } from './redis-policy.js';
import { RedisExecutor, type ScriptReply } from './redis-executor.js';
import { RedisSessionReader, type StrangeKeyReport } from './redis-session-reader.js';
import { RedisUserRecords } from './redis-user-records.js';
import { RedisExpiryIndex } from './redis-expiry-index.js';
import { ReplyOrder } from './reply-order.js';
import { parseCommit, parseDescription, parseTimes } from './session-reply.js';
import { withSessionScripts, type SessionScripts } from './session-scripts.js';

/** What a Redis store may do besides. */
export interface RedisStoreExtras {
  /** Hears when Redis begins to fail, and when it works again. */
  readonly onTrouble?: (trouble: 'begins' | 'ends') => void;
  /** Keeps an index of when sessions end, for events of it, and hears what it could not keep. Default none. */
  readonly indexEnds?: (failed: 'not-added' | 'not-dropped') => void;
  /** How long operations wait. */
  readonly policy?: RedisPolicy;
}

/** Sessions as hashes of a Redis Cluster or a single Redis: one key and one command or script for each operation. */
export class RedisSessionStore extends SessionStore {
  readonly users: RedisUserRecords;
  override readonly expiry: RedisExpiryIndex | undefined;
  readonly #client: RedisClient & SessionScripts;
  readonly #executor: RedisExecutor;
  readonly #durable: DurableScripts;
  readonly #reader: RedisSessionReader;
  /** Not a TypeScript `private`: who logs the store would log Redis' password. */
  readonly #connection: RedisConnection;

  /** @param connection the client and its life @param keyPrefix before the hash tag of every key */
  constructor(
    connection: RedisConnection,
    private readonly keyPrefix: string,
    report: StrangeKeyReport = () => undefined,
    { onTrouble = () => undefined, indexEnds, policy = DEFAULT_POLICY }: RedisStoreExtras = {},
  ) {
    super();
    this.#connection = connection;
    this.#client = withSessionScripts(connection.client);
    this.#executor = new RedisExecutor(connection.client, policy, new StoreHealth(onTrouble));
    this.#durable = new DurableScripts(this.#client, this.#executor);
    this.#reader = new RedisSessionReader(this.#client, this.#executor, keyPrefix, report);
    this.users = new RedisUserRecords(this.#client, this.#executor, this.#durable, keyPrefix);
    this.expiry =
      indexEnds && new RedisExpiryIndex(this.#client, this.#executor, keyPrefix, indexEnds);
  }

  async connect(): Promise<void> {
    await this.#connection.open();
    await this.#executor.learnClocks(performance.now() + 1000);
    await this.users.watch();
  }

  close(): Promise<void> {
    this.users.close();
    this.expiry?.close();
    this.#durable.close();
    this.#executor.close();
    return this.#connection.close();
  }

  read(
    address: SessionAddress,
    fields: readonly string[] | undefined,
    deadline: number,
  ): Promise<ReadResult> {
    return this.#reader.read(address, fields, deadline);
  }

  async create(
    address: SessionAddress,
    lifetimes: Lifetimes,
    fields: ReadonlyMap<string, string>,
    operation: Operation,
    userId?: string,
  ): Promise<SessionTimes> {
    const { idle, absolute, away = '' } = lifetimes;
    let bytes = 0;
    for (const [name, text] of fields) bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
    const rest = [idle, absolute, bytes, away, ...[...fields].flat()];
    this.expiry?.add(address, lifetimes, userId);
    try {
      const reply = await this.#script('nestSessionCreate', address, operation, rest);
      const times =
        reply[0] === 'applied' && parseTimes(reply[2] as string, reply[3] as string | null);
      if (times) return times;
    } catch (error) {
      this.#dropEnd(address);
      throw error;
    }
    this.#dropEnd(address);
    throw new SessionStoreUnavailableError('Redis did not keep the session that was just created');
  }

  async commit(
    address: SessionAddress,
    changes: readonly FieldChange[],
    limits: StoreLimits,
    operation: Operation,
    attempt: number,
  ): Promise<CommitResult> {
    const rest = [attempt, limits.session, limits.fields, ...changes.flatMap(changeArguments)];
    const [reply, user] = await this.#scriptAndUser('nestSessionCommit', address, operation, rest);
    const result = parseCommit(reply);
    return result.status === 'applied' || result.status === 'ended' ? { ...result, user } : result;
  }

  async touch(address: SessionAddress, deadline: number): Promise<void> {
    await this.#script('nestSessionTouch', address, { id: '', deadline }, []);
  }

  async rotate(
    address: SessionAddress,
    newDigest: string,
    operation: Operation,
    { fields = new Map(), durable = false, present = false }: Rotation = {},
  ): Promise<EndResult> {
    const rest = [newDigest, present ? '1' : '', ...[...fields].flat()];
    if (!durable) {
      const [reply, user] = await this.#scriptAndUser(
        'nestSessionRotate',
        address,
        operation,
        rest,
      );
      return { ...endResult(reply, false), user };
    }
    const key = this.#key(address);
    const { deadline, id } = operation;
    const answer = await this.#durable.run('nestSessionRotate', key, deadline, (fence) => [
      address.digest,
      fence,
      id,
      ...rest,
    ]);
    return endResult(answer.reply, answer.durable);
  }

  async renew(
    address: SessionAddress,
    newest: string,
    newDigest: string,
    operation: Operation,
  ): Promise<RenewResult> {
    const [status, , reason] = await this.#script('nestSessionRenew', address, operation, [
      newDigest,
      newest,
    ]);
    if (status === 'ended') return { status, reason: reason as SessionEndReason };
    return { status: status === 'applied' ? 'applied' : 'kept' };
  }

  async destroy(address: SessionAddress, operation: Operation): Promise<EndResult> {
    const reply = await this.#script('nestSessionDestroy', address, operation, []);
    if (reply[0] === 'applied') this.#dropEnd(address);
    return endResult(reply, false);
  }

  async retire(
    address: SessionAddress,
    reason: SessionEndReason,
    fields: readonly string[],
    operation: Operation,
  ): Promise<RetireResult> {
    const rest = [reason, ...fields];
    const reply = await this.#script('nestSessionRetire', address, operation, rest);
    if (reply[0] !== 'applied') return { status: 'ended', reason: reply[2] as SessionEndReason };
    this.#dropEnd(address);
    const given = reply[2] as (string | null)[];
    const texts = new Map<string, string>();
    fields.forEach((field, at) => {
      const text = given[at];
      if (typeof text === 'string') texts.set(field, text);
    });
    return { status: 'applied', texts };
  }

  async remove(home: string, selectors: readonly string[], deadline: number): Promise<void> {
    const unlink = (selector: string): Promise<number> => {
      const key = sessionKey(this.keyPrefix, { home, selector });
      return this.#executor.run(key, deadline, () => this.#client.unlink(key));
    };
    this.expiry?.drop(home, selectors);
    await Promise.all(selectors.map(unlink));
  }

  timesOf(
    home: string,
    selectors: readonly string[],
    deadline: number,
  ): Promise<ReadonlyMap<string, SessionTimes>> {
    return this.#reader.timesOf(home, selectors, deadline);
  }

  learnNow(address: SessionAddress, deadline: number): Promise<number> {
    return this.#executor.learnNow(this.#key(address), deadline);
  }

  override timeLeft(deadline: number): number {
    return this.#executor.timeLeft(deadline);
  }

  now(address: Pick<SessionAddress, 'home' | 'selector'> | undefined): number {
    return (address && this.#executor.now(this.#key(address))) ?? Date.now();
  }

  async describe(
    home: string,
    selector: string,
    deadline: number,
  ): Promise<SessionDescription | undefined> {
    const key = sessionKey(this.keyPrefix, { home, selector });
    const reply = await this.#executor.run(key, deadline, () =>
      this.#client.nestSessionDescribe(key),
    );
    return parseDescription(reply);
  }

  #dropEnd({ home, selector }: SessionAddress): void {
    this.expiry?.drop(home, [selector]);
  }

  #key(address: Pick<SessionAddress, 'home' | 'selector'>): string {
    return sessionKey(this.keyPrefix, address);
  }

  /**
   * Runs a script on a session and, of a user's, reads the record behind it on the same connection: what was answered before the
   * script was sent is seen there.
   */
  async #scriptAndUser(
    name: keyof SessionScripts,
    address: SessionAddress,
    operation: Operation,
    rest: readonly (string | number)[],
  ): Promise<[reply: ScriptReply, user: UserTexts | undefined]> {
    if (address.kind === 'anonymous') {
      return [await this.#script(name, address, operation, rest), undefined];
    }
    const order = new ReplyOrder();
    const [reply, user] = await Promise.all([
      this.#script(name, address, operation, rest, order),
      this.#reader.userTexts(address, operation.deadline, order),
    ]);
    // Sent a second time, the script came after the record was read.
    return [reply, user ?? (await this.#reader.userTexts(address, operation.deadline))];
  }

  #script(
    name: keyof SessionScripts,
    address: SessionAddress,
    operation: Operation,
    rest: readonly (string | number)[],
    order?: ReplyOrder,
  ): Promise<ScriptReply> {
    const key = this.#key(address);
    return this.#executor.runFenced(key, operation.deadline, (fence) => {
      const sent = this.#client[name](key, address.digest, fence, operation.id, ...rest);
      return order ? order.first(sent) : sent;
    });
  }
}

function endResult(reply: ScriptReply, durable: boolean): EndResult {
  if (reply[0] === 'applied') return { status: 'applied', durable };
  return { status: 'ended', reason: reply[2] as SessionEndReason };
}
