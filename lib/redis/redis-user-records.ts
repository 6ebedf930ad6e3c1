import { SessionEndedError } from '../core/errors.js';
import {
  UserRecordStore,
  type Admission,
  type AdmitResult,
  type ForgetResult,
  type RecordResult,
  type Removal,
  type RemovalResult,
} from '../core/auth/user-record-store.js';
import type { RecordField, UserRecordTexts } from '../core/auth/user-texts.js';
import type { Operation } from '../core/operation.js';
import { userRecordKey } from '../core/session-keys.js';
import type { DurableReply, DurableScripts } from './durable-scripts.js';
import type { RedisClient } from './redis-client.js';
import type { RedisExecutor } from './redis-executor.js';
import type { SessionScripts } from './session-scripts.js';

/** How often the end of everyone's logins is asked for. */
const POLL_MS = 1000;
/** As long as any login may live, so that the note outlives them all. */
const REMEMBERED_MS = 400 * 86_400_000;

/** The records of users as hashes, each in the slot of its user's sessions. */
export class RedisUserRecords extends UserRecordStore {
  readonly #client: RedisClient & SessionScripts;
  readonly #executor: RedisExecutor;
  readonly #durable: DurableScripts;
  #everyoneRevokedAt = 0;
  #poll: NodeJS.Timeout | undefined;

  constructor(
    client: RedisClient & SessionScripts,
    executor: RedisExecutor,
    durable: DurableScripts,
    private readonly keyPrefix: string,
  ) {
    super();
    this.#client = client;
    this.#executor = executor;
    this.#durable = durable;
  }

  get everyoneRevokedAt(): number {
    return this.#everyoneRevokedAt;
  }

  /** Learns whether everyone was logged out, now and each second from now on. */
  async watch(): Promise<void> {
    await this.#askEveryone();
    this.#poll ??= setInterval(() => void this.#askEveryone(), POLL_MS).unref();
  }

  close(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  async read(home: string, deadline: number): Promise<UserRecordTexts> {
    const key = userRecordKey(this.keyPrefix, home);
    const all = await this.#executor.run(key, deadline, () => this.#client.hgetall(key));
    const fields = new Map<RecordField, string>();
    const entries = new Map<string, string>();
    for (const [name, text] of Object.entries(all)) {
      if (name.startsWith('s:')) entries.set(name.slice(2), text);
      else if (name !== 'o') fields.set(name as RecordField, text);
    }
    return { fields, entries };
  }

  async admit(home: string, admission: Admission, operation: Operation): Promise<AdmitResult> {
    const { selector, entry, fields, replaces, most, atLimit } = admission;
    const evict = atLimit?.evict;
    const first = typeof evict === 'object' ? evict.first : [];
    const dead = atLimit?.dead ?? [];
    const { reply, durable } = await this.#run(
      'nestSessionRecordAdmit',
      home,
      selector,
      operation,
      [
        entry,
        Number.isFinite(most) ? Math.max(0, Math.floor(most)) : -1,
        typeof evict === 'object' ? 'listed' : (evict ?? ''),
        replaces ?? '',
        fields.size,
        ...[...fields].flat(),
        dead.length,
        ...dead,
        ...first,
      ],
    );
    if (reply[0] === 'full') return { status: 'full', listed: reply[2] as string[] };
    if (reply[0] === 'refused') {
      const reason = reply[2] as 'limit' | 'disabled' | 'withdrawn';
      // Admitted by an earlier sending, and struck off since.
      if (reason === 'withdrawn') throw new SessionEndedError('revoked');
      return { status: 'refused', reason };
    }
    const [, , evicted, roles, attributes] = reply as [
      unknown,
      unknown,
      string[],
      unknown,
      unknown,
    ];
    const texts = new Map<RecordField, string>();
    if (typeof roles === 'string') texts.set('r', roles);
    if (typeof attributes === 'string') texts.set('x', attributes);
    return { status: 'admitted', evicted, fields: texts, durable };
  }

  async replaceEntry(
    home: string,
    selector: string,
    from: string,
    to: string,
    operation: Operation,
  ): Promise<RecordResult> {
    const rest = [from, to];
    return result(
      await this.#run('nestSessionRecordReplaceEntry', home, selector, operation, rest),
    );
  }

  async strike(home: string, removal: Removal, operation: Operation): Promise<RemovalResult> {
    const { selectors, except = '', reason = '', disabled = '' } = removal;
    if (selectors?.length === 0) return { applied: false, durable: false, removed: [] };
    const rest = [reason, except, disabled, ...(selectors ?? [])];
    return removed(await this.#run('nestSessionRecordStrike', home, '', operation, rest));
  }

  async write(
    home: string,
    fields: ReadonlyMap<RecordField, string | null>,
    operation: Operation,
  ): Promise<RecordResult> {
    const rest = [...fields].flatMap(([field, text]) => [
      field,
      text === null ? '-' : '+',
      text ?? '',
    ]);
    return result(await this.#run('nestSessionRecordWrite', home, '', operation, rest));
  }

  async forget(home: string, operation: Operation): Promise<ForgetResult> {
    const answer = await this.#run('nestSessionRecordForget', home, '', operation, []);
    return { ...removed(answer), ended: answer.reply[3] as string[] };
  }

  async revokeEveryone(operation: Operation): Promise<RecordResult> {
    const answer = await this.#durable.run(
      'nestSessionRevokeEveryone',
      this.#everyoneKey,
      operation.deadline,
      (fence) => ['', fence, operation.id, REMEMBERED_MS],
    );
    this.#everyoneRevokedAt = Math.max(this.#everyoneRevokedAt, Number(answer.reply[2]));
    return result(answer);
  }

  get #everyoneKey(): string {
    return `${this.keyPrefix}everyone`;
  }

  async #askEveryone(): Promise<void> {
    const deadline = performance.now() + POLL_MS;
    const ask = (): Promise<string | null> => this.#client.get(this.#everyoneKey);
    // Not to be had: what was known stays true, and the next second asks again.
    const text = await this.#executor.run(this.#everyoneKey, deadline, ask).catch(() => null);
    this.#everyoneRevokedAt = Math.max(this.#everyoneRevokedAt, parseInt(text ?? '0', 10) || 0);
  }

  #run(
    name: keyof SessionScripts,
    home: string,
    selector: string,
    operation: Operation,
    rest: readonly (string | number)[],
  ): Promise<DurableReply> {
    const key = userRecordKey(this.keyPrefix, home);
    return this.#durable.run(name, key, operation.deadline, (fence) => [
      selector,
      fence,
      operation.id,
      ...rest,
    ]);
  }
}

function result({ reply, durable }: DurableReply): RecordResult {
  const applied = reply[0] === 'applied';
  return { applied, durable: applied && durable };
}

function removed(answer: DurableReply): RemovalResult {
  return { ...result(answer), removed: answer.reply[2] as string[] };
}
