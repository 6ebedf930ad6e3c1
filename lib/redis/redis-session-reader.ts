import type { UserTexts } from '../core/auth/user-texts.js';
import type { SessionEndReason } from '../core/errors.js';
import { AUTH_FIELD } from '../core/own-fields.js';
import { worthOf } from '../core/secret-history.js';
import { sessionKey } from '../core/session-keys.js';
import type { ReadResult, SessionAddress, SessionTimes } from '../core/session-store.js';
import { liveRecord } from './live-record.js';
import type { LocalCopy } from './local-copy/local-copy.js';
import { changesIn, newSecretIn, type RecordTexts } from './removals/seen-withdrawals.js';
import type { Withdrawal } from './removals/withdrawal.js';
import type { Withdrawals } from './removals/withdrawals.js';
import type { RecordReader } from './record-reader.js';
import type { RedisClient } from './redis-client.js';
import type { RedisExecutor } from './redis-executor.js';
import { isWrongType } from './redis-failure.js';
import { parseSecrets, parseTimes } from './session-reply.js';
import { runScript } from './session-scripts.js';
import { readTexts, type Texts } from './session-texts.js';
import type { StrangeKeyReport } from './strange-keys.js';

/** A read that was sent. */
interface Asked {
  readonly address: SessionAddress;
  readonly key: string;
  /** `performance.now()` ms */
  readonly deadline: number;
  /** The connection over which. */
  readonly on: object | undefined;
}

/** What one turn told. */
interface Answer {
  readonly texts: Texts;
  /** Undefined for a visitor. */
  readonly record: RecordTexts | undefined;
}

/** Reads sessions and what the records of their users say of them: plain commands, those of one session in one turn. */
export class RedisSessionReader {
  readonly #executor: RedisExecutor;
  readonly #withdrawals: Withdrawals;
  readonly #records: RecordReader;
  readonly #copy: LocalCopy | undefined;

  /** @param copy of the sessions that were read as a whole */
  constructor(
    executor: RedisExecutor,
    withdrawals: Withdrawals,
    records: RecordReader,
    private readonly keyPrefix: string,
    private readonly report: StrangeKeyReport,
    copy?: LocalCopy,
  ) {
    this.#copy = copy;
    this.#executor = executor;
    this.#withdrawals = withdrawals;
    this.#records = records;
  }

  /** The session, and of kind `user` what the user's record says, in one turn. */
  read(
    address: SessionAddress,
    fields: readonly string[] | undefined,
    deadline: number,
  ): Promise<ReadResult> {
    return this.#withdrawals.guard(address.home, deadline, (on) =>
      this.#read(address, fields, deadline, on),
    );
  }

  #read(
    address: SessionAddress,
    fields: readonly string[] | undefined,
    deadline: number,
    on: object | undefined,
  ): Promise<ReadResult> {
    const key = sessionKey(this.keyPrefix, address);
    const asked = { address, key, deadline, on };
    const told = (texts: Texts, record?: RecordTexts): ReadResult | Promise<ReadResult> =>
      this.#timed(asked, texts, record);
    if (!this.#copy?.concerns(fields)) return this.#ask(asked, fields, told);
    const answer = (texts: Texts, record?: RecordTexts): Answer => ({ texts, record });
    return this.#copy
      .read(key, (names) => this.#ask(asked, names, answer))
      .then(({ texts, record }) => told(texts, record));
  }

  /**
   * The session and the user's record in one turn: both leave in one write, and are answered by the same node.
   * @param told is given the answers
   */
  #ask<R>(
    { address, key, deadline }: Asked,
    fields: readonly string[] | undefined,
    told: (texts: Texts, record?: RecordTexts) => R | Promise<R>,
  ): Promise<R> {
    const sent = this.#executor.run(key, deadline, (to) =>
      readTexts(to, key, address.kind, fields),
    );
    if (address.kind === 'anonymous') return sent.then((texts) => told(texts));
    const read = this.#records.read(address, deadline);
    read.catch(() => undefined); // told below, unless the other has failed
    return sent.then((texts) => read.then((record) => told(texts, record)));
  }

  /** A replaced secret needs the time to be known; the newest does not. */
  #timed(asked: Asked, texts: Texts, record?: RecordTexts): ReadResult | Promise<ReadResult> {
    const { address, key, deadline } = asked;
    const digest = texts?.get('@s');
    if (digest === undefined || digest === address.digest) {
      return this.#found(asked, texts, record, this.#executor.now(key));
    }
    return this.#executor
      .learnNow(key, deadline)
      .then((now) => this.#found(asked, texts, record, now));
  }

  #found(
    { address, key, deadline, on }: Asked,
    texts: Texts,
    record: RecordTexts | undefined,
    now: number | undefined,
  ): ReadResult | Promise<ReadResult> {
    const isStrange = !texts?.has('@s');
    const seen = record ? changesIn(address, record, now) : [];
    const result = this.#judge(address, texts, record?.user, now, seen);
    this.#withdrawals.saw(address.home, seen, on);
    if (!isStrange || result.status !== 'missing') return result;
    return this.#reportStrange(address, key, texts, deadline).then(() => result);
  }

  /**
   * @param texts undefined where the key holds no hash @param now by the clock of the key's node
   * @param seen takes what they tell of rights that were taken away: this process knows of it from now on
   */
  #judge(
    address: SessionAddress,
    texts: Texts,
    user: UserTexts | undefined,
    now: number | undefined,
    seen: Withdrawal[],
  ): ReadResult {
    const digest = texts?.get('@s');
    if (!texts || digest === undefined) {
      const reason = texts?.get('@x') as SessionEndReason | undefined;
      if (reason === undefined) return { status: 'missing', user };
      seen.push({ kind: 'ended', selector: address.selector, reason });
      return { status: 'ended', reason };
    }
    const times = parseTimes(texts.get('@m') ?? '', texts.get('@t') ?? null);
    if (!times) return { status: 'missing', user };
    const secrets = parseSecrets(digest, texts.get('@p'), times.createdAt);
    if (now !== undefined && now >= times.absoluteEnd) return { status: 'missing', user };
    seen.push(...newSecretIn(address, texts, secrets, now));
    const worth = worthOf(address.digest, secrets, now ?? 0);
    if (worth === 'replayed') {
      const replay = { auth: texts.get(AUTH_FIELD) };
      return { status: 'ended', reason: 'rotated', replay };
    }
    if (worth === 'replaced') return { status: 'ended', reason: 'rotated' };
    return { status: 'live', record: liveRecord(address, texts, times, secrets, now), user };
  }

  /** Times of those that live: one plain read each, all in the same turn. */
  timesOf(
    home: string,
    selectors: readonly string[],
    deadline: number,
  ): Promise<ReadonlyMap<string, SessionTimes>> {
    return this.#withdrawals.guard(home, deadline, () => this.#timesOf(home, selectors, deadline));
  }

  async #timesOf(
    home: string,
    selectors: readonly string[],
    deadline: number,
  ): Promise<ReadonlyMap<string, SessionTimes>> {
    const living = new Map<string, SessionTimes>();
    const look = async (selector: string): Promise<void> => {
      const key = sessionKey(this.keyPrefix, { home, selector });
      const ask = (to: RedisClient): Promise<(string | null)[]> =>
        to.hmget(key, '@s', '@m', '@t').catch((error: unknown) => {
          if (!isWrongType(error)) throw error;
          return []; // something else than a session does not live
        });
      const [digest, times, touched] = await this.#executor.run(key, deadline, ask);
      const parsed = parseTimes(times ?? '', touched ?? null);
      const now = this.#executor.now(key);
      if (digest == null || !parsed || (now !== undefined && now >= parsed.absoluteEnd)) return;
      living.set(selector, parsed);
    };
    await Promise.all(selectors.map(look));
    return living;
  }

  /** Of a key that holds no session: bounds the time for which it stays, and says so. */
  async #reportStrange(
    { selector }: SessionAddress,
    key: string,
    texts: Texts,
    deadline: number,
  ): Promise<void> {
    if (!texts) {
      this.report('foreign', selector);
      return;
    }
    const bounded = await this.#executor.run(key, deadline, (to) =>
      runScript(to, 'boundStray', key, []),
    );
    if (bounded === 1) this.report('stray', selector);
  }
}
