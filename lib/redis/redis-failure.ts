/** Replies that another try may mend: a slot is moving, a script was flushed. */
const PASSING = /^(MOVED|ASK|TRYAGAIN|BUSY|NOSCRIPT|NOREPLICAS|UNBLOCKED)\b/;

/** Replies of a server that runs: asking again gives the same. */
const REFUSED = /^(ERR|WRONGTYPE|OOM|NOPERM|NOAUTH|WRONGPASS|MISCONF|NOPROTO|EXECABORT)\b/;

/** Replies of a node that can't serve now: it is starting, or its part of the cluster is without a master. */
const NOT_SERVING = /^(CLUSTERDOWN|LOADING|MASTERDOWN|READONLY)\b/;

/** What ioredis says where a command found no connection, or lost it. */
const NO_CONNECTION =
  /^(Connection is closed|Command aborted due to connection close|Stream isn't writeable|Cluster isn't ready|Reached the max retries|Socket timeout|None of startup nodes|Failed to refresh slots cache|All sentinels|read |write |connect |getaddrinfo)|\b(ECONN\w+|EPIPE|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)\b/;

/** ioredis gave up on a command that it had sent to several nodes. */
const REDIRECTED_TOO_OFTEN = /^Too many Cluster redirections/;

/** Who of the nodes said the last of it, or to which of them there was no way, is not told. */
const NOT_SERVED = [NOT_SERVING, NO_CONNECTION, REDIRECTED_TOO_OFTEN];

/** What a failure says of the node: it answered that it refuses this command or that another try may mend it, it does not serve, or nothing came. */
export type FailureKind = 'refused' | 'passing' | 'unserved' | 'unanswered';

/** Judges an error of ioredis. */
export function kindOfFailure(error: unknown): FailureKind {
  const message = messageOf(error);
  if (PASSING.test(message)) return 'passing';
  if (REFUSED.test(message)) return 'refused';
  return NOT_SERVED.some((pattern) => pattern.test(message)) ? 'unserved' : 'unanswered';
}

/**
 * Of what a node says, or ioredis of the connection to it, what a cluster client answers by sending the command where it may be served. Not CLUSTERDOWN,
 * after which ioredis tries nodes at random.
 */
const FOR_CLIENT = /^(MOVED|ASK|TRYAGAIN)\b|^Connection is closed\.$/;

/** Whether a command that one node has failed is to be sent by the client, which knows the others. */
export function isForClient(error: unknown): boolean {
  return FOR_CLIENT.test(messageOf(error));
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
