import { classChain } from './class-chain.js';

/**
 * What becomes of a request whose session can't be read as the store does not answer: it is refused with 503, or the handler runs
 * with an empty session that refuses every change.
 */
export type StoreDownPolicy = 'reject' | 'anonymous-readonly';

const POLICIES = 'nest-session:on-store-down';

/** Notes a policy on a class, or on a method of it by name. */
export function noteStoreDownPolicy(
  type: object,
  method: string | symbol | undefined,
  policy: StoreDownPolicy,
): void {
  if (method === undefined) Reflect.defineMetadata(POLICIES, policy, type);
  else Reflect.defineMetadata(POLICIES, policy, type, method);
}

/** What stands nearest to the handler counts: method before class before parent class. Undefined where nothing is noted. */
export function storeDownPolicyOf(type: object, method: string): StoreDownPolicy | undefined {
  for (const at of classChain(type)) {
    const own: unknown =
      Reflect.getOwnMetadata(POLICIES, at, method) ?? Reflect.getOwnMetadata(POLICIES, at);
    if (own !== undefined) return own as StoreDownPolicy;
  }
  return undefined;
}
