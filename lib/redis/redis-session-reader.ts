import type { RecordField, UserTexts } from '../core/auth/user-texts.js';
import type { SessionEndReason } from '../core/errors.js';
import { AUTH_FIELD, FLASH_FIELD, VERSION_FIELD } from '../core/own-fields.js';
import { worthOf } from '../core/secret-history.js';
import { sessionKey, userRecordKey } from '../core/session-keys.js';
import type { ReadResult, SessionAddress, SessionTimes } from '../core/session-store.js';
import { liveRecord } from './live-record.js';
import { changesIn, newSecretIn, type RecordTexts } from './removals/seen-withdrawals.js';
import type { Withdrawal } from './removals/withdrawal.js';
import type { Withdrawals } from './removals/withdrawals.js';
import type { RedisClient } from './redis-client.js';
import type { RedisExecutor } from './redis-executor.js';
import { isWrongType } from './redis-failure.js';
import type { ReplyOrder } from './reply-order.js';
import { parseSecrets, parseTimes } from './session-reply.js';
import { runScript } from './session-scripts.js';

const READ_ALWAYS = ['@s', '@x', '@m', '@t', '@p', FLASH_FIELD, VERSION_FIELD];
const READ_OF_USER = [...READ_ALWAYS, '@k', AUTH_FIELD];
const RECORD_FIELDS: readonly RecordField[] = ['d', 'r', 'x'];

/** Hears of keys that hold no session where one should be, by the handle that the session would have. */
export type StrangeKeyReport = (event: 'stray' | 'foreign', handle: string) => void;

/** Reads sessions and what the records of their users say of them: plain commands, those of one session in one turn. */
export class RedisSessionReader {
  readonly #executor: RedisExecutor;
  readonly #withdrawals: Withdrawals;

  constructor(
    executor: RedisExecutor,
    withdrawals: Withdrawals,
    private readonly keyPrefix: string,
    private readonly report: StrangeKeyReport,
  ) {
    this.#executor = executor;
    this.#withdrawals = withdrawals;
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

  async #read(
    address: SessionAddress,
    fields: readonly string[] | undefined,
    deadline: number,
    on: object | undefined,
  ): Promise<ReadResult> {
    const key = sessionKey(this.keyPrefix, address);
    const sent = this.#executor.run(key, deadline, (to) => this.#texts(to, key, address, fields));
    // In one turn: both leave in one write, and are answered by the same node.
    const [texts, recordTexts] =
      address.kind === 'user'
        ? await Promise.all([sent, this.#recordTexts(address, deadline)])
        : [await sent, undefined];
    const digest = texts?.get('@s');
    // A replaced secret needs the time to be known; the newest does not.
    const now =
      digest === undefined || digest === address.digest
        ? this.#executor.now(key)
        : await this.#executor.learnNow(key, deadline);
    const seen = recordTexts ? changesIn(address, recordTexts, now) : [];
    const result = this.#judge(address, texts, recordTexts?.user, now, seen);
    this.#withdrawals.saw(address.home, seen, on);
    if (digest === undefined && result.status === 'missing') {
      await this.#reportStrange(address, key, texts, deadline);
    }
    return result;
  }

  /**
   * @param texts undefined where the key holds no hash @param now by the clock of the key's node
   * @param seen takes what they tell of rights that were taken away: this process knows of it from now on
   */
  #judge(
    address: SessionAddress,
    texts: Map<string, string> | undefined,
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

  /** What the user's record says of the session. */
  userTexts(address: SessionAddress, deadline: number): Promise<UserTexts>;
  /** The same, undefined where the answer does not come after that of the command before. */
  userTexts(
    address: SessionAddress,
    deadline: number,
    order: ReplyOrder,
  ): Promise<UserTexts | undefined>;
  async userTexts(
    address: SessionAddress,
    deadline: number,
    order?: ReplyOrder,
  ): Promise<UserTexts | undefined> {
    return (await this.#recordTexts(address, deadline, order))?.user;
  }

  #recordTexts(
    { home, selector }: SessionAddress,
    deadline: number,
    order?: ReplyOrder,
  ): Promise<RecordTexts | undefined> {
    const key = userRecordKey(this.keyPrefix, home);
    return this.#executor.run(key, deadline, async (to) => {
      const names = [`s:${selector}`, 'w', ...RECORD_FIELDS];
      const [entry, written, ...texts] = await to.hmget(key, ...names).catch((error: unknown) => {
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
      return { user: { fields, entry: entry ?? undefined }, written: written ?? '' };
    });
  }

  /**
   * One plain command: HMGET of names, or HGETALL. By `call`, whose flat reply is cheaper than an object's.
   * Undefined where the key holds no hash: foreign, and nothing to try again.
   */
  #texts(
    to: RedisClient,
    key: string,
    { kind }: SessionAddress,
    fields: readonly string[] | undefined,
  ): Promise<Map<string, string> | undefined> {
    if (fields === undefined) {
      const all = to.call('HGETALL', key) as Promise<string[]>;
      return all.then(textsIn, undefinedIfWrongType);
    }
    const names = [...(kind === 'user' ? READ_OF_USER : READ_ALWAYS), ...fields];
    return to
      .hmget(key, ...names)
      .then((values) => textsNamed(names, values), undefinedIfWrongType);
  }

  /** Of a key that holds no session: bounds the time for which it stays, and says so. */
  async #reportStrange(
    { selector }: SessionAddress,
    key: string,
    texts: ReadonlyMap<string, string> | undefined,
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

/** Field, text, field, text. */
function textsIn(flat: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (let at = 0; at < flat.length; at += 2) texts.set(flat[at]!, flat[at + 1]!);
  return texts;
}

function textsNamed(
  names: readonly string[],
  values: readonly (string | null)[],
): Map<string, string> {
  const texts = new Map<string, string>();
  values.forEach((text, at) => text !== null && texts.set(names[at]!, text));
  return texts;
}

function undefinedIfWrongType(error: unknown): undefined {
  if (!isWrongType(error)) throw error;
  return undefined;
}
