/** What the load process is told. */
export interface LoadJob {
  /** Apps; connections are spread over them. */
  readonly ports: readonly number[];
  readonly method: string;
  readonly path: string;
  /** Cookies of the sessions that may be used; none for requests without a session. */
  readonly cookies: readonly string[];
  readonly connections: number;
  /** How requests follow each other and when they end. */
  readonly pace: Pace;
}

export type Pace =
  /** Each connection sends its next request, of a session picked at random, as soon as it has the answer. */
  | { readonly kind: 'closed'; readonly milliseconds: number }
  /** The same, that many requests in all, of one session after the other. */
  | { readonly kind: 'each'; readonly count: number }
  /** At a fixed rate, whatever the answers do. */
  | { readonly kind: 'open'; readonly milliseconds: number; readonly perSecond: number };

export type Failures = Readonly<Record<number, number>>;

/** What became of a job. */
export interface LoadResult {
  readonly answered: number;
  /** How many answers of each status other than 2xx; of status 0 there was none. */
  readonly failures: Failures;
  readonly milliseconds: number;
  /** In milliseconds; at a fixed rate from when the request was due. */
  readonly p50: number;
  readonly p99: number;
  /** Session cookies that were set, in no order; only of jobs of the kind `each`. */
  readonly cookies: readonly string[];
}
