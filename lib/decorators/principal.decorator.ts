import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Principal as PrincipalOf } from '../core/auth/principal.js';
import { SessionOptionsError } from '../core/errors.js';
import { addSessionUse } from '../http/handler-plan.js';
import { hideParameterType, requestSession } from './parameter.js';

/** Who is logged in with the request's session. Frozen; true as of this request. */
export type Principal = PrincipalOf;

/**
 * Gives a handler who is logged in, or one property of it; undefined where nobody is (use @Authenticated()).
 *
 * @example orders(@Principal() user: Principal, @Principal('id') userId: string) {}
 */
export function Principal(property?: keyof PrincipalOf): ParameterDecorator {
  const decorate = createParamDecorator((_data: unknown, context: ExecutionContext): unknown => {
    const { principal } = requestSession(context).live;
    return property === undefined ? principal : principal?.[property];
  })();
  return (target, method, index) => {
    if (method === undefined) {
      throw new SessionOptionsError([
        '@Principal() was put on a constructor parameter; it goes on a handler parameter.',
      ]);
    }
    decorate(target, method, index);
    addSessionUse(target.constructor, method, []);
    hideParameterType(target, method, index);
  };
}
