import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { SessionOptionsError } from '../core/errors.js';
import { isFieldName } from '../core/reserved-names.js';
import type { Session as SessionOf, SessionData } from '../core/session.js';
import { addSessionUse } from '../http/handler-plan.js';
import { hideParameterType, requestSession } from './parameter.js';

/** One session: the app's data as plain properties, and the session's own members beside them. */
export type Session<T extends object = SessionData> = SessionOf<T>;

/** How a single field is given to a handler. */
export interface SessionFieldOptions {
  /** Makes the live value where the field is absent; stored only once it differs from a fresh one. */
  readonly default?: () => unknown;
  /** The handler promises not to change the value: it is not looked at for changes. Default false. */
  readonly readonly?: boolean;
}

/**
 * Gives a handler the session: all of it, one field, or a session of some fields.
 *
 * @example
 * add(@Session('cart', () => new Cart()) cart: Cart) { cart.items.push(item); } // saved: values are live
 */
export function Session(): ParameterDecorator;
/** One field, live: mutate it and it is saved. A primitive is a snapshot; change it through `session.field`. */
export function Session(
  field: string,
  defaultOrOptions?: (() => unknown) | SessionFieldOptions,
): ParameterDecorator;
/** A session that loads and holds only these fields. */
export function Session(fields: readonly string[]): ParameterDecorator;
export function Session(
  what?: string | readonly string[],
  defaultOrOptions?: (() => unknown) | SessionFieldOptions,
): ParameterDecorator {
  const fields = what === undefined ? undefined : typeof what === 'string' ? [what] : what;
  fields?.forEach(assertFieldName);
  const options: SessionFieldOptions =
    typeof defaultOrOptions === 'function'
      ? { default: defaultOrOptions }
      : (defaultOrOptions ?? {});
  const decorate = createParamDecorator((_data: unknown, context: ExecutionContext): unknown =>
    valueOf(context, typeof what === 'string' ? what : undefined, options),
  )();
  return (target, method, index) => {
    if (method === undefined) {
      throw new SessionOptionsError([
        '@Session() was put on a constructor parameter; it goes on a handler parameter.',
      ]);
    }
    decorate(target, method, index);
    addSessionUse(target.constructor, method, fields ?? 'all');
    hideParameterType(target, method, index);
  };
}

function valueOf(
  context: ExecutionContext,
  field: string | undefined,
  options: SessionFieldOptions,
): unknown {
  const session = requestSession(context);
  if (field === undefined) return session.view;
  return session.live.fields.getOr(field, options.default, options.readonly ?? false);
}

/** Refuses at the decorator what could never be a field. */
export function assertFieldName(field: string): void {
  if (isFieldName(field)) return;
  throw new SessionOptionsError([
    `'${String(field).slice(0, 80)}' can't be a session field: names have 1 to 64 of the characters A-Z a-z 0-9 _ . : - and are none of the session's own members.`,
  ]);
}
