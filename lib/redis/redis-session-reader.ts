import { endOf, type RecordField, type UserTexts } from '../core/auth/user-texts.js';
import type { SessionEndReason } from '../core/errors.js';
import { AUTH_FIELD, FLASH_FIELD, VERSION_FIELD } from '../core/own-fields.js';
import { worthOf, type SecretHistory } from '../core/secret-history.js';
import { sessionKey, userRecordKey } from '../core/session-keys.js';
import type { ReadResult, SessionAddress, SessionTimes } from '../core/session-store.js';
import { liveRecord } from './live-record.js';
import { isLately, writtenLately } from './removals/record-withdrawals.js';
import type { Withdrawal } from './removals/withdrawal.js';
import type { Withdrawals } from './removals/withdrawals.js';
import type { RedisClient } from './redis-client.js';
import type { RedisExecutor } from './redis-executor.js';
import { isWrongType } from './redis-failure.js';
import type { ReplyOrder } from './reply-order.js';
import { parseSecrets, parseTimes } from './session-reply.js';
import type { SessionScripts } from './session-scripts.js';

const READ_ALWAYS = ['@s', '@x', '@m', '@t', '@p', FLASH_FIELD, VERSION_FIELD];
const READ_OF_USER = [...READ_ALWAYS, '@k', AUTH_FIELD];
const RECORD_FIELDS: readonly RecordField[] = ['d', 'r', 'x'];

/** What a record says. */
interface RecordTexts {
  readonly user: UserTexts;
  /** When its fields were written, as it keeps that; '' where none was changed. */
  readonly written: string;
}

/** Hears of keys that hold no session where one should be, by the handle that the session would have. */
export type StrangeKeyReport = (event: 'stray' | 'foreign', handle: string) => void;

/** Reads sessions and what the records of their users say of them: plain commands, those of one session in one turn. */
export class RedisSessionReader {
  readonly #client: RedisClient & SessionScripts;
  readonly #executor: RedisExecutor;
  readonly #withdrawals: Withdrawals;

  constructor(
    client: RedisClient & SessionScripts,
    executor: RedisExecutor,
    withdrawals: Withdrawals,
    private readonly keyPrefix: string,
    private readonly report: StrangeKeyReport,
  ) {
    this.#client = client;
    this.#executor = executor;
    this.#withdrawals = withdrawals;
  }

  /** The session, and of kind `user` what the user's record says, in one turn. */
  read(
    address: SessionAddress,
    fields: readonly string[] | undefined,
    deadline: number,
  ): Promise<ReadResult> {
    const { home } = address;
    return this.#withdrawals.guard(home, deadline, () => {
      const seen: Withdrawal[] = [];
      return this.#withdrawals.remember(
        home,
        () => this.#read(address, fields, deadline, seen),
        () => seen,
      );
    });
  }

  /** @param seen takes what the answer tells of rights that were taken away: this process knows of it from now on */
  async #read(
    address: SessionAddress,
    fields: readonly string[] | undefined,
    deadline: number,
    seen: Withdrawal[],
  ): Promise<ReadResult> {
    const key = sessionKey(this.keyPrefix, address);
    // In one turn: both leave in one write, and are answered by the same node.
    const [texts, recordTexts] = await Promise.all([
      this.#executor.run(key, deadline, () => this.#texts(key, address, fields)),
      address.kind === 'user' ? this.#recordTexts(address, deadline) : undefined,
    ]);
    const user = recordTexts?.user;
    if (recordTexts) seen.push(...changesIn(address, recordTexts, this.#executor.now(key)));
    if (!texts) {
      this.report('foreign', address.selector);
      return { status: 'missing', user };
    }
    const digest = texts.get('@s');
    if (digest === undefined) {
      const missing = await this.#missing(address, key, texts, user, deadline);
      if (missing.status === 'ended') {
        seen.push({ kind: 'ended', selector: address.selector, reason: missing.reason });
      }
      return missing;
    }
    const times = parseTimes(texts.get('@m') ?? '', texts.get('@t') ?? null);
    if (!times) return { status: 'missing', user };
    const secrets = parseSecrets(digest, texts.get('@p'), times.createdAt);
    // A replaced secret needs the time to be known; the newest does not.
    const now =
      digest === address.digest
        ? this.#executor.now(key)
        : await this.#executor.learnNow(key, deadline);
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
      const ask = (): Promise<(string | null)[]> =>
        this.#client.hmget(key, '@s', '@m', '@t').catch((error: unknown) => {
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
    return this.#executor.run(key, deadline, async () => {
      const names = [`s:${selector}`, 'w', ...RECORD_FIELDS];
      const [entry, written, ...texts] = await this.#client
        .hmget(key, ...names)
        .catch((error: unknown) => {
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
    const bounded = await this.#executor.run(key, deadline, () =>
      this.#client.nestSessionBoundStray(key),
    );
    if (bounded === 1) this.report('stray', address.selector);
    return { status: 'missing', user };
  }
}

/** What a user's record tells of changes that this process did not make. @param now by the clock of the record's node */
function changesIn(
  { selector }: SessionAddress,
  { user, written }: RecordTexts,
  now: number | undefined,
): Withdrawal[] {
  const changes = now === undefined ? [] : writtenLately(user.fields, written, now);
  const reason = user.entry === undefined ? '' : endOf(user.entry);
  // Without entry and word: forgotten, if that was lately. A client has its token only once its session is listed.
  const isGone = reason !== undefined && (reason !== '' || changes.length > 0);
  return isGone ? [{ kind: 'struck', selector, reason }, ...changes] : changes;
}

/** A secret that was made lately: older ones are good no more. */
function newSecretIn(
  { selector }: SessionAddress,
  texts: ReadonlyMap<string, string>,
  { newest, madeAt }: SecretHistory,
  now: number | undefined,
): Withdrawal[] {
  const history = texts.get('@p');
  if (history === undefined || now === undefined || !isLately(madeAt, now)) return [];
  const auth = texts.get(AUTH_FIELD);
  return [{ kind: 'secret', selector, digest: newest, at: madeAt, history, auth }];
}
