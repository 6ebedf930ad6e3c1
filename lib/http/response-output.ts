import type { ServerResponse } from 'node:http';

/** What a response's first byte may leave by. */
export type Output = 'writeHead' | 'write' | 'end' | 'flushHeaders';

type AnyFunction = (this: ServerResponse, ...args: unknown[]) => unknown;

/** What a response does by itself. */
export type NativeMethods = Readonly<Record<Output | 'emit', AnyFunction>>;

/** What stands between the app and its response. */
export interface ResponseOutput {
  /** How the response is written without. */
  readonly native: NativeMethods;
  /** Writes now, or keeps what is written until the session is saved. */
  pass(output: Output, args: unknown[]): unknown;
  /** Emits an event of the response, and notes what the app pipes into it. */
  emit(args: unknown[]): unknown;
  /** Saving has failed: what the app has begun to answer must not look like a success. */
  breakOff(): void;
}
