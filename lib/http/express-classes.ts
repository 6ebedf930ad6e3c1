import { IncomingMessage, ServerResponse } from 'node:http';

/** The part of an Express app that is used; Express itself is no dependency. */
export interface ExpressApp {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** As far as Node's constructors are called as functions, which their types don't say. */
interface Callable {
  call(receiver: object, ...args: unknown[]): void;
}

/**
 * Has a server make its requests and responses with the prototypes that its Express app gives them afterwards. An object whose prototype is
 * changed when it has properties shares its hidden class with no other from its next property on (V8, up to that of Node 22): all that reads
 * or writes it is slow then, in Node, Express, Nest and the app (docs/decisions/0022-express-classes.md).
 *
 * Node takes the classes as options of `http.createServer`, which Nest calls before any module is there. They are found where Node keeps
 * them by what they are; a server that has others, or keeps them elsewhere, stays as it is.
 */
export function useExpressClasses(server: object, { request, response }: ExpressApp): void {
  replaceClass(server, IncomingMessage, request);
  replaceClass(server, ServerResponse, response);
}

function replaceClass(server: object, type: Callable, prototype: object): void {
  const slots = server as Record<symbol, unknown>;
  const slot = Object.getOwnPropertySymbols(server).find((symbol) => slots[symbol] === type);
  if (slot === undefined) return;
  // No class, as its prototype could not be replaced.
  function OfExpress(this: object, first: unknown, second: unknown): void {
    type.call(this, first, second);
  }
  // V8 counts the properties it makes room for along the constructors' own chain. Without room they become a dictionary, which is slower.
  Object.setPrototypeOf(OfExpress, type);
  OfExpress.prototype = prototype;
  slots[slot] = OfExpress;
}
