import { SessionStoreUnavailableError, type SessionEndReason } from '../core/errors.js';
import { FLASH_FIELD, VERSION_FIELD } from '../core/own-fields.js';
import { sessionKey } from '../core/session-keys.js';
import {
  SessionStore,
  type CommitResult,
  type EndResult,
  type FieldChange,
  type Lifetimes,
  type Operation,
  type ReadResult,
  type SessionAddress,
  type SessionDescription,
  type SessionTimes,
  type StoreLimits,
} from '../core/session-store.js';
import { changeArguments } from './field-check.js';
import type { RedisClient } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';
import { RedisExecutor, type ScriptReply } from './redis-executor.js';
import { isWrongType } from './redis-failure.js';
import { STORE_FIELDS } from './scripts/stored-fields.js';
import { parseCommit, parseDescription, parseTimes } from './session-reply.js';
import { withSessionScripts, type SessionScripts } from './session-scripts.js';

const READ_ALWAYS = ['@s', '@x', '@m', '@t', FLASH_FIELD, VERSION_FIELD];

/** Sessions as hashes of a Redis Cluster or a single Redis: one key and one command or script for each operation. */
export class RedisSessionStore extends SessionStore {
  readonly #client: RedisClient & SessionScripts;
  readonly #executor: RedisExecutor;
  /** Not a TypeScript `private`: who logs the store would log Redis' password. */
  readonly #connection: RedisConnection;

  /** @param connection the client and its life @param keyPrefix before the hash tag of every key */
  constructor(
    connection: RedisConnection,
    private readonly keyPrefix: string,
    private readonly report: (event: 'stray' | 'foreign', handle: string) => void = () => undefined,
  ) {
    super();
    this.#connection = connection;
    this.#client = withSessionScripts(connection.client);
    this.#executor = new RedisExecutor(connection.client);
  }

  async connect(): Promise<void> {
    await this.#connection.open();
    await this.#executor.learnClocks(performance.now() + 1000);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async read(
    address: SessionAddress,
    fields: readonly string[] | undefined,
    deadline: number,
  ): Promise<ReadResult> {
    const key = this.#key(address);
    const texts = await this.#executor.run(deadline, () => this.#texts(key, fields));
    if (!texts) {
      this.report('foreign', address.selector);
      return { status: 'missing' };
    }
    const digest = texts.get('@s');
    if (digest === undefined) return this.#missing(address, key, texts, deadline);
    if (digest !== address.digest) return { status: 'ended', reason: 'rotated' };
    const times = parseTimes(texts.get('@m') ?? '', texts.get('@t') ?? null);
    const now = this.#executor.now(key);
    if (!times || (now !== undefined && now >= times.absoluteEnd)) return { status: 'missing' };
    for (const name of STORE_FIELDS) texts.delete(name);
    const touchDue = now !== undefined && now - times.touchedAt >= times.idle / 10;
    return { status: 'live', record: { times, fields: texts, touchDue } };
  }

  async create(
    address: SessionAddress,
    lifetimes: Lifetimes,
    fields: ReadonlyMap<string, string>,
    operation: Operation,
  ): Promise<SessionTimes> {
    const { idle, absolute } = lifetimes;
    let bytes = 0;
    for (const [name, text] of fields) bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
    const rest = [idle, absolute, bytes, ...[...fields].flat()];
    const reply = await this.#script('nestSessionCreate', address, operation, rest);
    const times =
      reply[0] === 'applied' && parseTimes(reply[2] as string, reply[3] as string | null);
    if (times) return times;
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
    return parseCommit(await this.#script('nestSessionCommit', address, operation, rest));
  }

  async touch(address: SessionAddress, deadline: number): Promise<void> {
    await this.#script('nestSessionTouch', address, { id: '', deadline }, []);
  }

  async rotate(
    address: SessionAddress,
    newDigest: string,
    operation: Operation,
  ): Promise<EndResult> {
    return endResult(await this.#script('nestSessionRotate', address, operation, [newDigest]));
  }

  async destroy(address: SessionAddress, operation: Operation): Promise<EndResult> {
    return endResult(await this.#script('nestSessionDestroy', address, operation, []));
  }

  now(address: SessionAddress | undefined): number {
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

  #key(address: SessionAddress): string {
    return sessionKey(this.keyPrefix, address);
  }

  /**
   * One plain command: HMGET of names, or HGETALL. By `call`, whose flat reply is cheaper than an object's.
   * Undefined where the key holds no hash: foreign, and nothing to try again.
   */
  async #texts(
    key: string,
    fields: readonly string[] | undefined,
  ): Promise<Map<string, string> | undefined> {
    const texts = new Map<string, string>();
    try {
      if (fields === undefined) {
        const flat = (await this.#client.call('HGETALL', key)) as string[];
        for (let at = 0; at < flat.length; at += 2) texts.set(flat[at]!, flat[at + 1]!);
        return texts;
      }
      const names = [...READ_ALWAYS, ...fields];
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
    deadline: number,
  ): Promise<ReadResult> {
    const ended = texts.get('@x');
    if (ended !== undefined) return { status: 'ended', reason: ended as SessionEndReason };
    const bounded = await this.#executor.run(deadline, () =>
      this.#client.nestSessionBoundStray(key),
    );
    if (bounded === 1) this.report('stray', address.selector);
    return { status: 'missing' };
  }

  #script(
    name: keyof SessionScripts,
    address: SessionAddress,
    operation: Operation,
    rest: readonly (string | number)[],
  ): Promise<ScriptReply> {
    const key = this.#key(address);
    return this.#executor.runFenced(key, operation.deadline, (redisDeadline) =>
      this.#client[name](key, address.digest, redisDeadline, operation.id, ...rest),
    );
  }
}

function endResult(reply: ScriptReply): EndResult {
  if (reply[0] === 'applied') return { status: 'applied' };
  return { status: 'ended', reason: reply[2] as SessionEndReason };
}
