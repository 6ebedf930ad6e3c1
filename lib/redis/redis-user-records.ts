import { SessionEndedError, type SessionEndReason } from '../core/errors.js';
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
import type { Withdrawal } from './removals/withdrawal.js';
import {
  takenByAdmission,
  takenByForgetting,
  takenByStriking,
  takenByWriting,
} from './removals/record-withdrawals.js';
import type { Withdrawals } from './removals/withdrawals.js';
import type { DurableReply, DurableScripts } from './durable-scripts.js';
import { EveryoneRevoked } from './everyone-revoked.js';
import type { ScriptReply } from './fenced-sending.js';
import type { RedisExecutor } from './redis-executor.js';
import type { ScriptName } from './session-scripts.js';

/** The records of users as hashes, each in the slot of its user's sessions. */
export class RedisUserRecords extends UserRecordStore {
  readonly #executor: RedisExecutor;
  readonly #durable: DurableScripts;
  readonly #withdrawals: Withdrawals;
  readonly #everyone: EveryoneRevoked;

  constructor(
    executor: RedisExecutor,
    durable: DurableScripts,
    withdrawals: Withdrawals,
    private readonly keyPrefix: string,
  ) {
    super();
    this.#executor = executor;
    this.#durable = durable;
    this.#withdrawals = withdrawals;
    this.#everyone = new EveryoneRevoked(executor, durable, keyPrefix);
  }

  override noteEnd(home: string, selector: string, reason: SessionEndReason): void {
    const ended: Withdrawal = { kind: 'struck', selector, reason };
    // It was acknowledged before it was told, so the slot's owner has it.
    this.#withdrawals.saw(home, [ended], this.#withdrawals.connectionOf(home));
  }

  get everyoneRevokedAt(): number {
    return this.#everyone.at;
  }

  /** Learns whether everyone was logged out, now and each second from now on. */
  watch(): Promise<void> {
    return this.#everyone.watch();
  }

  close(): void {
    this.#everyone.close();
  }

  async read(home: string, deadline: number): Promise<UserRecordTexts> {
    const key = userRecordKey(this.keyPrefix, home);
    const all = await this.#withdrawals.guard(home, deadline, () =>
      this.#executor.run(key, deadline, (to) => to.hgetall(key)),
    );
    const fields = new Map<RecordField, string>();
    const entries = new Map<string, string>();
    for (const [name, text] of Object.entries(all)) {
      if (name.startsWith('s:')) entries.set(name.slice(2), text);
      else if (name !== 'o' && name !== 'w') fields.set(name as RecordField, text);
    }
    return { fields, entries };
  }

  async admit(home: string, admission: Admission, operation: Operation): Promise<AdmitResult> {
    const { reply, durable } = await this.#guarded(
      'recordAdmit',
      home,
      operation,
      admitArguments(admission),
      (answer) => takenByAdmission(admission, answer),
      admission.selector,
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
    const answer = await this.#guarded(
      'recordReplaceEntry',
      home,
      operation,
      [from, to],
      () => [{ kind: 'entry', selector, from: [from], to }],
      selector,
    );
    return result(answer);
  }

  async strike(home: string, removal: Removal, operation: Operation): Promise<RemovalResult> {
    const { selectors, except = '', reason = '', disabled = '' } = removal;
    if (selectors?.length === 0) return { applied: false, durable: false, removed: [] };
    const rest = [reason, except, disabled, ...(selectors ?? [])];
    const taken = (reply: ScriptReply): Withdrawal[] => takenByStriking(removal, reply);
    return removed(await this.#run('recordStrike', home, operation, rest, taken));
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
    const taken = (reply: ScriptReply): Withdrawal[] => takenByWriting(fields, reply);
    return result(await this.#run('recordWrite', home, operation, rest, taken));
  }

  async forget(home: string, operation: Operation): Promise<ForgetResult> {
    const answer = await this.#run('recordForget', home, operation, [], takenByForgetting);
    return { ...removed(answer), ended: answer.reply[3] as string[] };
  }

  async revokeEveryone(operation: Operation): Promise<RecordResult> {
    return result(await this.#everyone.revoke(operation));
  }

  /** Runs a script whose answer depends on what was taken away before. */
  #guarded(
    name: ScriptName,
    home: string,
    operation: Operation,
    rest: readonly (string | number)[],
    taken: (reply: ScriptReply) => readonly Withdrawal[],
    selector: string,
  ): Promise<DurableReply> {
    return this.#withdrawals.guard(home, operation.deadline, () =>
      this.#run(name, home, operation, rest, taken, selector),
    );
  }

  #run(
    name: ScriptName,
    home: string,
    operation: Operation,
    rest: readonly (string | number)[],
    taken: (reply: ScriptReply) => readonly Withdrawal[],
    selector: string = '',
  ): Promise<DurableReply> {
    const key = userRecordKey(this.keyPrefix, home);
    const { deadline, id } = operation;
    return this.#withdrawals.rememberDurably(
      home,
      deadline,
      () => this.#durable.run(name, key, deadline, (fence) => [selector, fence, id, ...rest]),
      ({ reply }) => (reply[0] === 'applied' || reply[0] === 'admitted' ? taken(reply) : []),
    );
  }
}

function admitArguments({
  entry,
  fields,
  replaces,
  most,
  atLimit,
}: Admission): (string | number)[] {
  const evict = atLimit?.evict;
  const first = typeof evict === 'object' ? evict.first : [];
  const dead = atLimit?.dead ?? [];
  return [
    entry,
    Number.isFinite(most) ? Math.max(0, Math.floor(most)) : -1,
    typeof evict === 'object' ? 'listed' : (evict ?? ''),
    replaces ?? '',
    fields.size,
    ...[...fields].flat(),
    dead.length,
    ...dead,
    ...first,
  ];
}

function result({ reply, durable }: DurableReply): RecordResult {
  const applied = reply[0] === 'applied';
  return { applied, durable: applied && durable };
}

function removed(answer: DurableReply): RemovalResult {
  return { ...result(answer), removed: answer.reply[2] as string[] };
}
