import { SessionStoreUnavailableError, type SessionEndReason } from '../core/errors.js';
import type { RecordField, UserTexts } from '../core/auth/user-texts.js';
import type { Operation } from '../core/operation.js';
import { AUTH_FIELD, FLASH_FIELD, VERSION_FIELD } from '../core/own-fields.js';
import { worthOf } from '../core/secret-history.js';
import { sessionKey, userRecordKey } from '../core/session-keys.js';
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
import { RedisExecutor, type ScriptReply } from './redis-executor.js';
import { isWrongType } from './redis-failure.js';
import { RedisUserRecords } from './redis-user-records.js';
import { RedisExpiryIndex } from './redis-expiry-index.js';
import { ReplyOrder } from './reply-order.js';
import { liveRecord } from './live-record.js';
import { parseCommit, parseDescription, parseSecrets, parseTimes } from './session-reply.js';
import { withSessionScripts, type SessionScripts } from './session-scripts.js';

const READ_ALWAYS = ['@s', '@x', '@m', '@t', '@p', FLASH_FIELD, VERSION_FIELD];
const READ_OF_USER = [...READ_ALWAYS, '@k', AUTH_FIELD];
const RECORD_FIELDS: readonly RecordField[] = ['d', 'r', 'x'];

/** What a Redis store may do besides. */
export interface RedisStoreExtras {
  /** Hears when Redis begins to fail, and when it works again. */
  readonly onTrouble?: (trouble: 'begins' | 'ends') => void;
  /** Keeps an index of when sessions end, for events of it, and hears what it could not keep. Default none. */
  readonly indexEnds?: (failed: 'not-added' | 'not-dropped') => void;
}

/** Sessions as hashes of a Redis Cluster or a single Redis: one key and one command or script for each operation. */
export class RedisSessionStore extends SessionStore {
  readonly users: RedisUserRecords;
  override readonly expiry: RedisExpiryIndex | undefined;
  readonly #client: RedisClient & SessionScripts;
  readonly #executor: RedisExecutor;
  readonly #durable: DurableScripts;
  /** Not a TypeScript `private`: who logs the store would log Redis' password. */
  readonly #connection: RedisConnection;

  /** @param connection the client and its life @param keyPrefix before the hash tag of every key */
  constructor(
    connection: RedisConnection,
    private readonly keyPrefix: string,
    private readonly report: (event: 'stray' | 'foreign', handle: string) => void = () => undefined,
    { onTrouble = () => undefined, indexEnds }: RedisStoreExtras = {},
  ) {
    super();
    this.#connection = connection;
    this.#client = withSessionScripts(connection.client);
    this.#executor = new RedisExecutor(connection.client, new StoreHealth(onTrouble));
    this.#durable = new DurableScripts(this.#client, this.#executor);
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
    return this.#connection.close();
  }

  async read(
    address: SessionAddress,
    fields: readonly string[] | undefined,
    deadline: number,
  ): Promise<ReadResult> {
    const key = this.#key(address);
    // In one turn: both leave in one write, and are answered by the same node.
    const [texts, user] = await Promise.all([
      this.#executor.run(deadline, () => this.#texts(key, address, fields)),
      address.kind === 'user' ? this.#userTexts(address, deadline) : undefined,
    ]);
    if (!texts) {
      this.report('foreign', address.selector);
      return { status: 'missing', user };
    }
    const digest = texts.get('@s');
    if (digest === undefined) return this.#missing(address, key, texts, user, deadline);
    const times = parseTimes(texts.get('@m') ?? '', texts.get('@t') ?? null);
    if (!times) return { status: 'missing', user };
    const secrets = parseSecrets(digest, texts.get('@p'), times.createdAt);
    // A replaced secret needs the time to be known; the newest does not.
    const now =
      digest === address.digest
        ? this.#executor.now(key)
        : await this.#executor.learnNow(key, deadline);
    if (now !== undefined && now >= times.absoluteEnd) return { status: 'missing', user };
    const worth = worthOf(address.digest, secrets, now ?? 0);
    if (worth === 'replayed') {
      const replay = { auth: texts.get(AUTH_FIELD) };
      return { status: 'ended', reason: 'rotated', replay };
    }
    if (worth === 'replaced') return { status: 'ended', reason: 'rotated' };
    return { status: 'live', record: liveRecord(address, texts, times, secrets, now), user };
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
    const answer = await this.#durable.run('nestSessionRotate', key, deadline, (redisDeadline) => [
      address.digest,
      redisDeadline,
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
    const unlink = (selector: string): Promise<number> =>
      this.#executor.run(deadline, () =>
        this.#client.unlink(sessionKey(this.keyPrefix, { home, selector })),
      );
    this.expiry?.drop(home, selectors);
    await Promise.all(selectors.map(unlink));
  }

  async timesOf(
    home: string,
    selectors: readonly string[],
    deadline: number,
  ): Promise<ReadonlyMap<string, SessionTimes>> {
    const living = new Map<string, SessionTimes>();
    const look = async (selector: string): Promise<void> => {
      const key = sessionKey(this.keyPrefix, { home, selector });
      const ask = (): Promise<(string | null)[]> =>
        this.#client.hmget(key, '@s', '@m', '@t').catch((error: unknown) => {
          if (!isWrongType(error)) throw error;
          return []; // something else than a session does not live
        });
      const [digest, times, touched] = await this.#executor.run(deadline, ask);
      const parsed = parseTimes(times ?? '', touched ?? null);
      const now = this.#executor.now(key);
      if (digest == null || !parsed || (now !== undefined && now >= parsed.absoluteEnd)) return;
      living.set(selector, parsed);
    };
    await Promise.all(selectors.map(look));
    return living;
  }

  learnNow(address: SessionAddress, deadline: number): Promise<number> {
    return this.#executor.learnNow(this.#key(address), deadline);
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
    const reply = await this.#executor.run(deadline, () => this.#client.nestSessionDescribe(key));
    return parseDescription(reply);
  }

  #dropEnd({ home, selector }: SessionAddress): void {
    this.expiry?.drop(home, [selector]);
  }

  #key(address: Pick<SessionAddress, 'home' | 'selector'>): string {
    return sessionKey(this.keyPrefix, address);
  }

  /**
   * One plain command: HMGET of names, or HGETALL. By `call`, whose flat reply is cheaper than an object's.
   * Undefined where the key holds no hash: foreign, and nothing to try again.
   */
  async #texts(
    key: string,
    { kind }: SessionAddress,
    fields: readonly string[] | undefined,
  ): Promise<Map<string, string> | undefined> {
    const texts = new Map<string, string>();
    try {
      if (fields === undefined) {
        const flat = (await this.#client.call('HGETALL', key)) as string[];
        for (let at = 0; at < flat.length; at += 2) texts.set(flat[at]!, flat[at + 1]!);
        return texts;
      }
      const names = [...(kind === 'user' ? READ_OF_USER : READ_ALWAYS), ...fields];
      const values = await this.#client.hmget(key, ...names);
      values.forEach((text, at) => text !== null && texts.set(names[at]!, text));
      return texts;
    } catch (error) {
      if (isWrongType(error)) return undefined;
      throw error;
    }
  }

  async #missing(
    address: SessionAddress,
    key: string,
    texts: ReadonlyMap<string, string>,
    user: UserTexts | undefined,
    deadline: number,
  ): Promise<ReadResult> {
    const ended = texts.get('@x');
    if (ended !== undefined) return { status: 'ended', reason: ended as SessionEndReason };
    const bounded = await this.#executor.run(deadline, () =>
      this.#client.nestSessionBoundStray(key),
    );
    if (bounded === 1) this.report('stray', address.selector);
    return { status: 'missing', user };
  }

  /** What the user's record says of the session. */
  #userTexts(address: SessionAddress, deadline: number): Promise<UserTexts>;
  /** The same, undefined where the answer does not come after that of the command before. */
  #userTexts(
    address: SessionAddress,
    deadline: number,
    order: ReplyOrder,
  ): Promise<UserTexts | undefined>;
  #userTexts(
    { home, selector }: SessionAddress,
    deadline: number,
    order?: ReplyOrder,
  ): Promise<UserTexts | undefined> {
    const key = userRecordKey(this.keyPrefix, home);
    return this.#executor.run(deadline, async () => {
      const names = [`s:${selector}`, ...RECORD_FIELDS];
      const [entry, ...texts] = await this.#client.hmget(key, ...names).catch((error: unknown) => {
        if (!isWrongType(error)) throw error;
        this.report('foreign', selector); // something else than a record lists nobody
        return [];
      });
      if (order && !(await order.isKept())) return undefined;
      const fields = new Map<RecordField, string>();
      RECORD_FIELDS.forEach((field, at) => {
        const text = texts[at];
        if (typeof text === 'string') fields.set(field, text);
      });
      return { fields, entry: entry ?? undefined };
    });
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
      this.#userTexts(address, operation.deadline, order),
    ]);
    // Sent a second time, the script came after the record was read.
    return [reply, user ?? (await this.#userTexts(address, operation.deadline))];
  }

  #script(
    name: keyof SessionScripts,
    address: SessionAddress,
    operation: Operation,
    rest: readonly (string | number)[],
    order?: ReplyOrder,
  ): Promise<ScriptReply> {
    const key = this.#key(address);
    return this.#executor.runFenced(key, operation.deadline, (redisDeadline) => {
      const sent = this.#client[name](key, address.digest, redisDeadline, operation.id, ...rest);
      return order ? order.first(sent) : sent;
    });
  }
}

function endResult(reply: ScriptReply, durable: boolean): EndResult {
  if (reply[0] === 'applied') return { status: 'applied', durable };
  return { status: 'ended', reason: reply[2] as SessionEndReason };
}
