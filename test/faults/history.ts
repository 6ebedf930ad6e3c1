/** What an operation was, for a session. */
export type Act =
  | 'write'
  | 'read'
  | 'append'
  | 'increment'
  | 'login'
  | 'elevate'
  | 'rotate'
  | 'roles'
  | 'list'
  | 'logout'
  | 'revokeAll'
  | 'disable'
  | 'enable';

/** What a read saw of a session; empty where it found none. */
export interface Sight {
  readonly mark?: string;
  readonly log?: readonly string[];
  readonly count?: number;
  readonly user?: string;
  readonly role?: string;
}

/** One operation as its client saw it. Times are milliseconds since 1970 with fractions, of one clock. */
export interface Entry {
  /** Position in the history. */
  readonly id: number;
  /** The session, or one that takes its place: `visitor-3.2` is the second of that client. */
  readonly session: string;
  /** What all values of the client begin with, its user id too. */
  readonly owner: string;
  readonly act: Act;
  /** When it should have been sent: latency counts from here, so that no stall is hidden. */
  readonly intended: number;
  readonly begin: number;
  readonly end: number;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** `code` of the answer, where it was an error of the library. */
  readonly code?: string;
  /** The unique value that it writes. */
  readonly value?: string;
  /** Whether the answer said that a replica has it; undefined where nobody asked for that. */
  readonly durable?: boolean;
  /** What a read saw. */
  readonly sight?: Sight;
  /** Address of the server that was asked. */
  readonly server?: string;
  /** Which master owned the session's slot when the load began. */
  readonly shard: number;
}

/** Whether the operation was acknowledged. */
export function isAcknowledged({ status }: Entry): boolean {
  return status >= 200 && status < 300;
}

/**
 * Whether nobody can say if it was done: no answer came, or the store did not answer in time. Other errors say that nothing
 * was done.
 */
export function isUnsure({ status }: Entry): boolean {
  return status === 0 || status >= 500;
}

/** Whether it may have been done. */
export function mayBeDone(entry: Entry): boolean {
  return isAcknowledged(entry) || isUnsure(entry);
}

/** What ends a session. */
export const ENDS: readonly Act[] = ['logout', 'revokeAll', 'disable'];

/** Whether a read saw a session. */
export function isPresent({ sight }: Entry): boolean {
  return sight?.mark !== undefined || sight?.user !== undefined;
}

/** The entries of each session, in the order in which they were sent. */
export function bySession(history: readonly Entry[]): Map<string, Entry[]> {
  const sessions = new Map<string, Entry[]>();
  for (const entry of [...history].sort((a, b) => a.begin - b.begin)) {
    const entries = sessions.get(entry.session) ?? [];
    sessions.set(entry.session, [...entries, entry]);
  }
  return sessions;
}

/** An entry in words. */
export function nameOf({ session, act, id, value }: Entry): string {
  return `${act} #${id} of ${session}${value === undefined ? '' : ` (${value})`}`;
}
