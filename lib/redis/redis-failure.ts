/** Replies that another try may mend: the cluster is changing, a node is starting, a script was flushed. */
const PASSING =
  /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|LOADING|MASTERDOWN|READONLY|BUSY|NOSCRIPT|NOREPLICAS|UNBLOCKED)\b/;

/** Replies of a server that runs: asking again gives the same. */
const REFUSED = /^(ERR|WRONGTYPE|OOM|NOPERM|NOAUTH|WRONGPASS|MISCONF|NOPROTO|EXECABORT)\b/;

/** Whether another try within the deadline makes sense. */
export function isPassing(error: unknown): boolean {
  const message = messageOf(error);
  return PASSING.test(message) || !REFUSED.test(message);
}

/** Whether the key holds something else than a hash. */
export function isWrongType(error: unknown): boolean {
  return messageOf(error).startsWith('WRONGTYPE');
}

/**
 * The failure in words that hold no key, token or value: ioredis' own errors carry the command's arguments, and
 * some servers repeat them in the message.
 */
export function describeFailure(error: unknown): string {
  const last = (error as { lastNodeError?: unknown } | undefined | null)?.lastNodeError;
  const own = messageOf(error)
    .replace(/,? with args beginning with:.*$/s, '')
    .slice(0, 200);
  return last && last !== error ? `${own} (${describeFailure(last)})` : own;
}

function messageOf(error: unknown): string {
  // Not by instanceof, which fails across realms. An error of several addresses has a code and no message.
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  return typeof message === 'string' ? message || String(code) : String(error);
}
