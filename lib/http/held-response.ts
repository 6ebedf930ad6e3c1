import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { isOfExpress } from './express-prototype.js';
import type { HttpRequest } from './http-request.js';
import { findRequestSession } from './request-sessions.js';
import type { NativeMethods, ResponseOutput } from './response-output.js';

const METHODS = ['writeHead', 'write', 'end', 'flushHeaders', 'emit'] as const;

/** What an app's responses of Express inherit from before ours come between, by the prototype that is the app's own. */
const INHERITED = new WeakMap<object, NativeMethods>();

/**
 * Has all that is written to a response pass through the hold of its request's session.
 * @returns how it is written without
 */
export function passThroughHold(response: ServerResponse): NativeMethods {
  const prototype = Object.getPrototypeOf(response) as ServerResponse;
  // What a middleware has put on the response itself hides what is inherited.
  if (
    isOfExpress(prototype, 'response') &&
    !METHODS.some((name) => Object.hasOwn(response, name))
  ) {
    return INHERITED.get(prototype) ?? holdAllOf(prototype);
  }
  const native = methodsOf(response);
  Object.assign(response, HELD);
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
    const held = HELD[name];
    const value: NativeMethods[typeof name] = function (...args) {
      // One that was patched before comes by here too, on its way out.
      const isHeldHere = findHold(this)?.native === native;
      return (isHeldHere ? held : native[name]).apply(this, args);
    };
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
  return native;
}

const HELD: NativeMethods = {
  writeHead(...args) {
    return findHold(this)!.pass('writeHead', args);
  },
  flushHeaders() {
    return findHold(this)!.pass('flushHeaders', []);
  },
  write(...args) {
    return findHold(this)!.pass('write', args);
  },
  end(...args) {
    return findHold(this)!.pass('end', args);
  },
  // By listeners of its own every response would pay for what few do.
  emit(event, ...args) {
    const hold = findHold(this)!;
    if (event === 'pipe' || event === 'unpipe') hold.notePipe(event, args[0] as Readable);
    return hold.native.emit.call(this, event, ...args);
  },
};

function findHold({ req }: ServerResponse): ResponseOutput | undefined {
  return findRequestSession(req as HttpRequest)?.hold;
}

function methodsOf(response: ServerResponse): NativeMethods {
  const { writeHead, write, end, flushHeaders, emit } = response as unknown as NativeMethods;
  return { writeHead, write, end, flushHeaders, emit };
}
