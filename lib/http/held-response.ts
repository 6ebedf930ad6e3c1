import type { ServerResponse } from 'node:http';
import type { NativeMethods, ResponseOutput } from './response-output.js';

/** The hold of a response. Not found by its request: who serves without a server may make a response for another. */
const HOLD = Symbol('hold');

interface Held extends ServerResponse {
  [HOLD]: ResponseOutput;
}

/**
 * Has all that is written to a response pass through the hold of its session, in front of what a middleware has put there.
 * @returns how it is written without
 */
export function passThroughHold(response: ServerResponse, hold: ResponseOutput): NativeMethods {
  const { writeHead, write, end, flushHeaders, emit } = response as unknown as NativeMethods;
  (response as Held)[HOLD] = hold;
  Object.assign(response, HELD);
  return { writeHead, write, end, flushHeaders, emit };
}

const HELD = {
  writeHead(this: Held, ...args: unknown[]): unknown {
    return this[HOLD].pass('writeHead', args);
  },
  flushHeaders(this: Held): unknown {
    return this[HOLD].pass('flushHeaders', []);
  },
  write(this: Held, ...args: unknown[]): unknown {
    return this[HOLD].pass('write', args);
  },
  end(this: Held, ...args: unknown[]): unknown {
    return this[HOLD].pass('end', args);
  },
  // By listeners of its own every response would pay for what few do.
  emit(this: Held, ...args: unknown[]): unknown {
    return this[HOLD].emit(args);
  },
};
