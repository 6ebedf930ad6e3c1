import { IncomingMessage, ServerResponse } from 'node:http';

/** The part of an Express app that is used; Express itself is no dependency. */
export interface ExpressApp {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

type Constructor = new (...args: unknown[]) => object;

/**
 * Has a server make its requests and responses with the prototypes that its Express app gives them afterwards. An object whose prototype is
 * changed when it has properties shares its hidden class with no other from its next property on (V8, up to that of Node 22): all that reads
 * or writes it is slow then, in Node, Express, Nest and the app (docs/decisions/0022-express-classes.md).
 *
 * Node takes the classes as options of `http.createServer`, which Nest calls before any module is there. They are found where Node keeps
 * them by what they are; a server that has others, or keeps them elsewhere, stays as it is.
 */
export function useExpressClasses(server: object, { request, response }: ExpressApp): void {
  const OfRequests = constructorOf(IncomingMessage, request);
  const OfResponses = constructorOf(ServerResponse, response);
  if (!isWorking(() => new OfResponses(new OfRequests()))) return;
  replaceClass(server, IncomingMessage, OfRequests);
  replaceClass(server, ServerResponse, OfResponses);
}

/** Makes objects of Node's type with another prototype. No class, as that could not be given one. */
function constructorOf(type: unknown, prototype: object): Constructor {
  function OfExpress(this: object, ...args: unknown[]): void {
    (type as (...args: unknown[]) => void).apply(this, args);
  }
  // V8 counts the properties it makes room for along the constructors' own chain. Without room they become a dictionary, which is slower.
  Object.setPrototypeOf(OfExpress, type as object);
  OfExpress.prototype = prototype;
  return OfExpress as unknown as Constructor;
}

/** A Node whose types can no longer be called as functions must not fail with each request. */
function isWorking(make: () => object): boolean {
  try {
    make();
    return true;
  } catch {
    return false;
  }
}

function replaceClass(server: object, type: unknown, replacement: Constructor): void {
  const slots = server as Record<symbol, unknown>;
  const slot = Object.getOwnPropertySymbols(server).find((symbol) => slots[symbol] === type);
  if (slot !== undefined) slots[slot] = replacement;
}
