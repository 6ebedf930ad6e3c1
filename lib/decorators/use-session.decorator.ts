import { addSessionUse } from '../http/handler-plan.js';
import { assertFieldName } from './session.decorator.js';

/**
 * Opens the session for a handler (or all handlers of a class) whose parameters don't say so: own param decorators, guards
 * and interceptors find it by `SessionService.of(request)` or `request.session`.
 *
 * @param fields the fields to load; none: all
 */
export function UseSession(...fields: string[]): ClassDecorator & MethodDecorator {
  fields.forEach(assertFieldName);
  const use = fields.length === 0 ? 'all' : fields;
  return (target: object, method?: string | symbol) => {
    if (method === undefined) addSessionUse(target, undefined, use);
    else addSessionUse(target.constructor, method, use);
  };
}
