import { classChain } from './class-chain.js';

const SKIPS = 'nest-session:skip-csrf';

/** Notes on a class, or on a method of it by name, whether its requests are checked for CSRF. */
export function noteCsrfSkip(
  type: object,
  method: string | symbol | undefined,
  skip: boolean,
): void {
  if (method === undefined) Reflect.defineMetadata(SKIPS, skip, type);
  else Reflect.defineMetadata(SKIPS, skip, type, method);
}

/** What stands nearest to the handler counts: method before class before parent class. */
export function isCsrfSkipped(type: object, method: string): boolean {
  for (const at of classChain(type)) {
    const own: unknown =
      Reflect.getOwnMetadata(SKIPS, at, method) ?? Reflect.getOwnMetadata(SKIPS, at);
    if (own !== undefined) return own === true;
  }
  return false;
}
