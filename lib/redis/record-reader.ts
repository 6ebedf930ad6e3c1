import type { RecordField, UserTexts } from '../core/auth/user-texts.js';
import { userRecordKey } from '../core/session-keys.js';
import type { SessionAddress } from '../core/session-store.js';
import type { StrangeKeyReport } from './strange-keys.js';
import type { RecordTexts } from './removals/seen-withdrawals.js';
import type { RedisExecutor } from './redis-executor.js';
import { isWrongType } from './redis-failure.js';
import type { ReplyOrder } from './reply-order.js';

const RECORD_FIELDS: readonly RecordField[] = ['d', 'r', 'x'];

/** Reads what users' records say of single sessions: one plain command each. */
export class RecordReader {
  constructor(
    private readonly executor: RedisExecutor,
    private readonly keyPrefix: string,
    private readonly report: StrangeKeyReport,
  ) {}

  /** What the user's record says of the session. */
  userTexts(address: SessionAddress, deadline: number): Promise<UserTexts> {
    return this.read(address, deadline).then(({ user }) => user);
  }

  /** The same, undefined where the answer does not come after that of the command before. */
  userTextsBehind(
    order: ReplyOrder,
    address: SessionAddress,
    deadline: number,
  ): Promise<UserTexts | undefined> {
    return this.read(address, deadline, order).then((record) => record?.user);
  }

  read(address: SessionAddress, deadline: number): Promise<RecordTexts>;
  read(
    address: SessionAddress,
    deadline: number,
    order: ReplyOrder | undefined,
  ): Promise<RecordTexts | undefined>;
  read(
    { home, selector }: SessionAddress,
    deadline: number,
    order?: ReplyOrder,
  ): Promise<RecordTexts | undefined> {
    const key = userRecordKey(this.keyPrefix, home);
    return this.executor.run(key, deadline, (to) => {
      const read = to
        .hmget(key, `s:${selector}`, 'w', ...RECORD_FIELDS)
        .then(recordIn, (error: unknown) => {
          if (!isWrongType(error)) throw error;
          this.report('foreign', selector); // something else than a record lists nobody
          return recordIn([]);
        });
      return order ? read.then((record) => inOrder(order, record)) : read;
    });
  }
}

/** Entry of the session, when fields were written, the fields. */
function recordIn([entry, written, ...texts]: readonly (string | null)[]): RecordTexts {
  const fields = new Map<RecordField, string>();
  RECORD_FIELDS.forEach((field, at) => {
    const text = texts[at];
    if (typeof text === 'string') fields.set(field, text);
  });
  return { user: { fields, entry: entry ?? undefined }, written: written ?? '' };
}

async function inOrder<R>(order: ReplyOrder, answer: R): Promise<R | undefined> {
  return (await order.isKept()) ? answer : undefined;
}
