/** One write, however many times it is sent. The store remembers the id until the deadline has passed. */
export interface Operation {
  /** 11 base64url characters, unique to the operation; the same over all its attempts and merges. */
  readonly id: string;
  /** When the caller stops waiting: `performance.now()` milliseconds of this process. */
  readonly deadline: number;
  /**
   * Whether to wait until a replica holds it; default false. A write that no replica confirms stands all the same, as it could not be undone:
   * the result says so.
   */
  readonly durable?: boolean | undefined;
}
