import { noteStoreDownPolicy, type StoreDownPolicy } from '../http/store-down-policy.js';

/**
 * What becomes of this handler's requests, or of those of all handlers of a class, while the session store does not answer, over the option
 * `onStoreDown`. A handler that needs a login is refused with 503 whatever is said here. A method's own wins over its class's.
 *
 * @example @Get('products') @OnStoreDown('anonymous-readonly') list(@Session('currency') currency = 'EUR') {}
 * @param policy `reject`: 503; `anonymous-readonly`: an empty session, in which every change throws SessionStoreUnavailableError
 */
export function OnStoreDown(policy: StoreDownPolicy): ClassDecorator & MethodDecorator {
  return (target: object, method?: string | symbol) => {
    noteStoreDownPolicy(method === undefined ? target : target.constructor, method, policy);
  };
}
