import type { ServerResponse } from 'node:http';
import { isOfExpress } from './express-prototype.js';
import type { HttpRequest } from './http-request.js';
import { findRequestSession } from './request-sessions.js';
import type { NativeMethods, ResponseOutput } from './response-output.js';

const METHODS = ['writeHead', 'write', 'end', 'flushHeaders', 'emit'] as const;

/** What an app's responses of Express inherit from before ours come between, by the prototype that is the app's own. */
const INHERITED = new WeakMap<object, NativeMethods>();

/** The hold of a response that has methods of its own. Not found by its request: who serves without a server may make a response for another. */
const HOLD = Symbol('hold');

interface Held extends ServerResponse {
  [HOLD]: ResponseOutput;
}

/**
 * Has all that is written to a response pass through the hold of its session.
 * @returns how it is written without
 */
export function passThroughHold(response: ServerResponse, hold: ResponseOutput): NativeMethods {
  const prototype = Object.getPrototypeOf(response) as ServerResponse;
  // What a middleware has put on the response itself hides what is inherited.
  if (
    isOfExpress(prototype, 'response') &&
    !METHODS.some((name) => Object.hasOwn(response, name))
  ) {
    return INHERITED.get(prototype) ?? holdAllOf(prototype);
  }
  const native = methodsOf(response);
  (response as Held)[HOLD] = hold;
  Object.assign(response, OWN);
  return native;
}

/**
 * No two responses of Express share a hidden class, so that each property put on one costs more than a kilobyte: all of an app's pass
 * here instead, by the prototype that Express has for such changes ("Overriding the Express API").
 */
function holdAllOf(prototype: ServerResponse): NativeMethods {
  const native = methodsOf(prototype);
  INHERITED.set(prototype, native);
  for (const name of METHODS) {
    const value: NativeMethods[typeof name] = function (...args) {
      const hold = findHold(this);
      // One that was patched before comes by here too, on its way out.
      return hold?.native === native ? HELD[name](hold, args) : native[name].apply(this, args);
    };
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
  return native;
}

type Method = (typeof METHODS)[number];

const HELD: Readonly<Record<Method, (hold: ResponseOutput, args: unknown[]) => unknown>> = {
  writeHead: (hold, args) => hold.pass('writeHead', args),
  flushHeaders: (hold) => hold.pass('flushHeaders', []),
  write: (hold, args) => hold.pass('write', args),
  end: (hold, args) => hold.pass('end', args),
  // By listeners of its own every response would pay for what few do.
  emit: (hold, args) => hold.emit(args),
};

const OWN = {
  writeHead(this: Held, ...args: unknown[]): unknown {
    return HELD.writeHead(this[HOLD], args);
  },
  flushHeaders(this: Held): unknown {
    return HELD.flushHeaders(this[HOLD], []);
  },
  write(this: Held, ...args: unknown[]): unknown {
    return HELD.write(this[HOLD], args);
  },
  end(this: Held, ...args: unknown[]): unknown {
    return HELD.end(this[HOLD], args);
  },
  emit(this: Held, ...args: unknown[]): unknown {
    return HELD.emit(this[HOLD], args);
  },
};

/** Express tells each response of its request. */
function findHold({ req }: ServerResponse): ResponseOutput | undefined {
  return findRequestSession(req as HttpRequest)?.hold;
}

function methodsOf(response: ServerResponse): NativeMethods {
  const { writeHead, write, end, flushHeaders, emit } = response as unknown as NativeMethods;
  return { writeHead, write, end, flushHeaders, emit };
}
