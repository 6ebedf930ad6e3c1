import type { AuthRule } from './auth-rule.js';
import { classChain } from './class-chain.js';
import type { StoreDownPolicy } from './store-down-policy.js';

/** What a handler needs of the session. */
export interface HandlerPlan {
  /** Whether the session is read before the handler runs: not where it is only written. */
  readonly reads: boolean;
  /** Fields to load; undefined: all. */
  readonly fields: readonly string[] | undefined;
  /**
   * Whether nothing of the app runs between the handler's end and the response head: no interceptor, and the handler does not answer by itself
   * (`@Res()`, `@Next()`), perhaps after it has returned.
   */
  readonly isLast: boolean;
  /** Whether the handler sends server-sent events. */
  readonly sse: boolean;
  /** What is asked of the login; undefined where none is needed. */
  readonly auth: AuthRule | undefined;
  /** Whether requests that another site may have started are refused. */
  readonly csrf: boolean;
  /** What becomes of its requests while the store does not answer. */
  readonly onStoreDown: StoreDownPolicy;
}

/** Fields a parameter or `@UseSession()` asks for; `'all'` for the whole session, `'write'` where nothing need be loaded. */
export type SessionUse = 'all' | 'write' | readonly string[];

const USES = 'nest-session:uses';

/** Notes on a class, or on a method of it by name, that it uses the session. */
export function addSessionUse(
  type: object,
  method: string | symbol | undefined,
  use: SessionUse,
): void {
  const uses = method === undefined ? own(type) : own(type, method);
  uses.push(use);
  if (method === undefined) Reflect.defineMetadata(USES, uses, type);
  else Reflect.defineMetadata(USES, uses, type, method);
}

/** All that a class and its parents declare for a method of this name. */
export function sessionUses(type: object, method: string): readonly SessionUse[] {
  const uses: SessionUse[] = [];
  for (const at of classChain(type)) uses.push(...own(at), ...own(at, method));
  return uses;
}

function own(type: object, method?: string | symbol): SessionUse[] {
  const found: unknown =
    method === undefined
      ? Reflect.getOwnMetadata(USES, type)
      : Reflect.getOwnMetadata(USES, type, method);
  return (found as SessionUse[] | undefined) ?? [];
}
