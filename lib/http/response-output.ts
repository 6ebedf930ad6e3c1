import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

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
  /** Notes that the app pipes something into the response, or no longer does. */
  notePipe(event: 'pipe' | 'unpipe', source: Readable): void;
  /** Saving has failed: what the app has begun to answer must not look like a success. */
  breakOff(): void;
}
