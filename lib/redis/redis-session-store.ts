import { SessionStoreUnavailableError, type SessionEndReason } from '../core/errors.js';
import type { Operation } from '../core/operation.js';
import { AUTH_FIELD } from '../core/own-fields.js';
import { sessionKey } from '../core/session-keys.js';
import {
  SessionStore,
  type CommitResult,
  type CreateResult,
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
import { commitArguments } from './commit-arguments.js';
import { DurableScripts, type DurableReply } from './durable-scripts.js';
import type { LocalCopy } from './local-copy/local-copy.js';
import type { RedisClient } from './redis-client.js';
import { RecordReader } from './record-reader.js';
import type { RedisConnection } from './redis-connection.js';
import { DEFAULT_POLICY, type RedisPolicy } from './redis-policy.js';
import type { ScriptReply } from './fenced-sending.js';
import { RedisExecutor } from './redis-executor.js';
import { RedisSessionReader } from './redis-session-reader.js';
import { RedisUserRecords } from './redis-user-records.js';
import { RedisExpiryIndex } from './redis-expiry-index.js';
import type { RefusalLog } from './refusal-log.js';
import type { Withdrawal } from './removals/withdrawal.js';
import { Withdrawals } from './removals/withdrawals.js';
import { SessionCommands, usualArguments, type ReplyAndUser } from './session-commands.js';
import { parseCommit, parseDescription, parseTimes, versionsIn } from './session-reply.js';
import { runScript } from './session-scripts.js';
import type { StrangeKeyReport } from './strange-keys.js';

/** What a Redis store may do besides. */
export interface RedisStoreExtras {
  /** Hears when Redis begins to fail, and when it works again. */
  readonly onTrouble?: (trouble: 'begins' | 'ends') => void;
  /** Hears when data that was to be on a replica is on none, and when it is again. */
  readonly onReplicas?: (trouble: 'begins' | 'ends') => void;
  /** Hears of rights and passwords that Redis refuses. */
  readonly refusals?: RefusalLog;
  /** Keeps an index of when sessions end, for events of it, and hears what it could not keep. Default none. */
  readonly indexEnds?: (failed: 'not-added' | 'not-dropped') => void;
  /** Keeps the content of whole sessions in this process. Default none. */
  readonly copy?: LocalCopy | undefined;
  /** How long operations wait. */
  readonly policy?: RedisPolicy;
}

/** Sessions as hashes of a Redis Cluster or a single Redis: one key and one command or script for each operation. */
export class RedisSessionStore extends SessionStore {
  readonly users: RedisUserRecords;
  override readonly expiry: RedisExpiryIndex | undefined;
  readonly #client: RedisClient;
  readonly #executor: RedisExecutor;
  readonly #durable: DurableScripts;
  readonly #withdrawals: Withdrawals;
  readonly #reader: RedisSessionReader;
  readonly #commands: SessionCommands;
  readonly #copy: LocalCopy | undefined;
  /** Not a TypeScript `private`: who logs the store would log Redis' password. */
  readonly #connection: RedisConnection;
  readonly #refusals: RefusalLog | undefined;

  /** @param connection the client and its life @param keyPrefix before the hash tag of every key */
  constructor(
    connection: RedisConnection,
    private readonly keyPrefix: string,
    report: StrangeKeyReport = () => undefined,
    {
      onTrouble = () => undefined,
      onReplicas = () => undefined,
      refusals,
      indexEnds,
      copy,
      policy = DEFAULT_POLICY,
    }: RedisStoreExtras = {},
  ) {
    super();
    this.#connection = connection;
    this.#refusals = refusals;
    this.#copy = copy;
    this.#client = connection.client;
    const health = new StoreHealth(onTrouble);
    this.#executor = new RedisExecutor(connection.client, policy, health, refusals);
    this.#durable = new DurableScripts(this.#client, this.#executor, refusals);
    this.#withdrawals = new Withdrawals(this.#client, this.#executor, keyPrefix);
    const records = new RecordReader(this.#executor, keyPrefix, report);
    this.#reader = new RedisSessionReader(
      this.#executor,
      this.#withdrawals,
      records,
      keyPrefix,
      report,
      copy,
    );
    this.#commands = new SessionCommands(
      this.#executor,
      this.#durable,
      records,
      keyPrefix,
      new StoreHealth(onReplicas),
    );
    this.users = new RedisUserRecords(this.#executor, this.#durable, this.#withdrawals, keyPrefix);
    this.expiry = indexEnds && new RedisExpiryIndex(this.#executor, keyPrefix, indexEnds);
  }

  async connect(): Promise<void> {
    await this.#connection.open();
    // A connection that is refused is no command's failure.
    if (this.#refusals) this.#client.on('node error', this.#refusals.note);
    await this.#executor.learnClocks(performance.now() + 1000);
    await Promise.all([this.users.watch(), this.#withdrawals.open()]);
  }

  close(): Promise<void> {
    if (this.#refusals) this.#client.off('node error', this.#refusals.note);
    this.users.close();
    this.expiry?.close();
    this.#copy?.clear();
    this.#withdrawals.close();
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
  ): Promise<CreateResult> {
    const { idle, absolute, away = '' } = lifetimes;
    let bytes = 0;
    for (const [name, text] of fields) bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
    const rest = [idle, absolute, bytes, away, ...[...fields].flat()];
    this.expiry?.add(address, lifetimes, userId);
    try {
      const { reply, durable } = await this.#commands.run('create', address, operation, rest);
      const times =
        reply[0] === 'applied' && parseTimes(reply[2] as string, reply[3] as string | null);
      if (times) return operation.durable ? { ...times, durable } : times;
    } catch (error) {
      this.#dropEnd(address);
      throw error;
    }
    this.#dropEnd(address);
    throw new SessionStoreUnavailableError('Redis did not keep the session that was just created');
  }

  commit(
    address: SessionAddress,
    changes: readonly FieldChange[],
    limits: StoreLimits,
    operation: Operation,
    attempt: number,
  ): Promise<CommitResult> {
    const key = this.#copy && this.#key(address);
    const copied = key !== undefined && this.#copy?.has(key) === true;
    const args = commitArguments(address, changes, limits, operation, attempt, copied);
    const sent = this.#withdrawals.guard(address.home, operation.deadline, () =>
      this.#commands.runAndReadUser('commit', address, operation, args),
    );
    return sent.then(({ reply, durable, user }) => {
      const result = parseCommit(reply, user);
      if (result.status !== 'applied') return result;
      if (copied) this.#copy?.note(key, changes, versionsIn(reply));
      return operation.durable ? { ...result, durable } : result;
    });
  }

  async touch(address: SessionAddress, deadline: number): Promise<void> {
    await this.#commands.run('touch', address, { id: '', deadline }, []);
  }

  async rotate(
    address: SessionAddress,
    newDigest: string,
    operation: Operation,
    { fields = new Map(), durable = false, present = false }: Rotation = {},
  ): Promise<EndResult> {
    const rest = [newDigest, present ? '1' : '', ...[...fields].flat()];
    const { home, selector } = address;
    const run = (): Promise<DurableReply & Partial<ReplyAndUser>> => {
      return durable
        ? this.#commands.run('rotate', address, { ...operation, durable }, rest)
        : this.#commands.runAndReadUser(
            'rotate',
            address,
            operation,
            usualArguments(address, operation, rest),
          );
    };
    const auth = fields.get(AUTH_FIELD);
    const taken = (answer: DurableReply): Withdrawal[] =>
      newSecret(selector, newDigest, '-', auth, answer.reply);
    const { reply, ...told } = await this.#withdrawals.guard(home, operation.deadline, () =>
      durable
        ? this.#withdrawals.rememberDurably(home, operation.deadline, run, taken)
        : this.#withdrawals.remember(home, run, taken),
    );
    return { ...endResult(reply, told.durable), user: told.user };
  }

  async renew(
    address: SessionAddress,
    newest: string,
    newDigest: string,
    operation: Operation,
  ): Promise<RenewResult> {
    const { home, selector, digest } = address;
    const renew = (): Promise<DurableReply> =>
      this.#commands.run('renew', address, operation, [newDigest, newest]);
    const { reply } = await this.#withdrawals.guard(home, operation.deadline, () =>
      this.#withdrawals.remember(home, renew, (answer) =>
        newSecret(selector, newDigest, digest, undefined, answer.reply),
      ),
    );
    const [status, , reason] = reply;
    if (status === 'ended') return { status, reason: reason as SessionEndReason };
    return { status: status === 'applied' ? 'applied' : 'kept' };
  }

  async destroy(address: SessionAddress, operation: Operation): Promise<EndResult> {
    const { home, selector } = address;
    const { reply } = await this.#withdrawals.remember(
      home,
      () => this.#commands.run('destroy', address, operation, []),
      (answer) => ended(selector, 'destroyed', answer.reply),
    );
    if (reply[0] === 'applied') this.#forget(address);
    return endResult(reply, false);
  }

  async retire(
    address: SessionAddress,
    reason: SessionEndReason,
    fields: readonly string[],
    operation: Operation,
  ): Promise<RetireResult> {
    const { home, selector } = address;
    const rest = [reason, ...fields];
    const { reply } = await this.#withdrawals.guard(home, operation.deadline, () =>
      this.#withdrawals.remember(
        home,
        () => this.#commands.run('retire', address, operation, rest),
        (answer) => ended(selector, reason, answer.reply),
      ),
    );
    if (reply[0] !== 'applied') return { status: 'ended', reason: reply[2] as SessionEndReason };
    this.#forget(address);
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
      this.#copy?.drop(key);
      return this.#executor.run(key, deadline, (to) => to.unlink(key));
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
    const reply = await this.#withdrawals.guard(home, deadline, () =>
      this.#executor.run(key, deadline, (to) => runScript(to, 'describe', key, [])),
    );
    return parseDescription(reply);
  }

  /** Of a session that has ended. */
  #forget(address: SessionAddress): void {
    this.#dropEnd(address);
    this.#copy?.drop(this.#key(address));
  }

  #dropEnd({ home, selector }: SessionAddress): void {
    this.expiry?.drop(home, [selector]);
  }

  #key(address: Pick<SessionAddress, 'home' | 'selector'>): string {
    return sessionKey(this.keyPrefix, address);
  }
}

function endResult(reply: ScriptReply, durable: boolean): EndResult {
  if (reply[0] === 'applied') return { status: 'applied', durable };
  return { status: 'ended', reason: reply[2] as SessionEndReason };
}

function ended(selector: string, reason: SessionEndReason, [status]: ScriptReply): Withdrawal[] {
  return status === 'applied' ? [{ kind: 'ended', selector, reason }] : [];
}

/** @param before digest of the secret that keeps its grace; '-' none does */
function newSecret(
  selector: string,
  digest: string,
  before: string,
  auth: string | undefined,
  [status, , made]: ScriptReply,
): Withdrawal[] {
  if (status !== 'applied') return [];
  const at = Number(made);
  return [{ kind: 'secret', selector, digest, at, history: `${before} ${at} 0`, auth }];
}
