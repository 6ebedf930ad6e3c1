import { newOperationId } from '../../core/operation-id.js';
import { sessionKey, userRecordKey } from '../../core/session-keys.js';
import type { ScriptReply } from '../fenced-sending.js';
import type { RedisExecutor } from '../redis-executor.js';
import { runScript, type ScriptName } from '../session-scripts.js';
import type { Withdrawal } from './withdrawal.js';

type OfRecord = Extract<Withdrawal, { kind: 'struck' | 'written' | 'entry' }>;

/** A script with its arguments. */
interface Call {
  readonly name: ScriptName;
  readonly key: string;
  /** Those after the deadline and the operation's id. */
  readonly rest: readonly (string | number)[];
}

/** Does again on a slot's owner what took rights away in one home: one script for the user's record, and one for each session's own key. */
export class WithdrawalReplay {
  constructor(
    private readonly executor: RedisExecutor,
    private readonly keyPrefix: string,
  ) {}

  /** @param onSend is called as each script leaves @throws SessionStoreUnavailableError */
  async run(
    home: string,
    withdrawals: readonly Withdrawal[],
    deadline: number,
    onSend: () => void,
  ): Promise<void> {
    const calls = callsFor(this.keyPrefix, home, withdrawals);
    const replies = await Promise.all(calls.map((call) => this.#send(call, deadline, onSend)));
    const struck = calls.flatMap(({ name }, at) =>
      name === 'recordRepeat' ? (replies[at]![2] as string[]) : [],
    );
    // Dead already, as no record lists them; this only frees their memory, and erases what was to be forgotten.
    for (const selector of struck) {
      const key = sessionKey(this.keyPrefix, { home, selector });
      this.executor.run(key, deadline, (to) => to.unlink(key)).catch(() => undefined);
    }
  }

  #send({ name, key, rest }: Call, deadline: number, onSend: () => void): Promise<ScriptReply> {
    const id = newOperationId();
    return this.executor.runFenced(key, deadline, (to, fence) => {
      onSend();
      return runScript(to, name, key, ['', fence, id, ...rest]);
    });
  }
}

/** The scripts that do it all again. */
function callsFor(
  keyPrefix: string,
  home: string,
  withdrawals: readonly Withdrawal[],
): readonly Call[] {
  const calls: Call[] = [];
  const ofRecord: OfRecord[] = [];
  for (const withdrawal of withdrawals) {
    if (withdrawal.kind === 'ended') {
      const key = sessionKey(keyPrefix, { home, selector: withdrawal.selector });
      calls.push({ name: 'endAgain', key, rest: [withdrawal.reason] });
    } else if (withdrawal.kind === 'secret') {
      const { selector, digest, at, history, auth = '' } = withdrawal;
      const key = sessionKey(keyPrefix, { home, selector });
      calls.push({ name: 'secretAgain', key, rest: ['', digest, at, history, auth] });
    } else ofRecord.push(withdrawal);
  }
  if (ofRecord.length > 0) {
    const key = userRecordKey(keyPrefix, home);
    calls.push({ name: 'recordRepeat', key, rest: ['', ...recordArguments(ofRecord)] });
  }
  return calls;
}

function recordArguments(withdrawals: readonly OfRecord[]): (string | number)[] {
  const fields: (string | number)[] = [];
  const entries: (string | number)[] = [];
  const struck: string[] = [];
  let [written, replaced] = [0, 0];
  for (const withdrawal of withdrawals) {
    switch (withdrawal.kind) {
      case 'written': {
        const { field, text, at } = withdrawal;
        written++;
        fields.push(field, text === null ? '-' : '+', text ?? '', at);
        break;
      }
      case 'entry': {
        const { selector, from, to } = withdrawal;
        replaced++;
        entries.push(selector, from.length, ...from, to);
        break;
      }
      case 'struck':
        struck.push(withdrawal.reason, withdrawal.selector);
    }
  }
  return [written, ...fields, replaced, ...entries, ...struck];
}
