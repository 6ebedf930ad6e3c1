/** One write, however many times it is sent. The store remembers the id until the deadline has passed. */
export interface Operation {
  /** 11 base64url characters, unique to the operation; the same over all its attempts and merges. */
  readonly id: string;
  /** When the caller stops waiting: `performance.now()` milliseconds of this process. */
  readonly deadline: number;
}
