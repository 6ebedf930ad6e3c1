import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { SessionOptionsError } from '../core/errors.js';
import { addSessionUse } from '../http/handler-plan.js';
import type { RequestSession } from '../http/request-session.js';
import { hideParameterType, requestSession } from './parameter.js';
import { assertFieldName } from './session.decorator.js';

/**
 * Writes one field of the session, whatever is stored in it: the last write counts, nothing is merged. What it does is saved before the
 * response's head leaves, with all other changes.
 */
export interface SessionWriter<T = unknown> {
  /**
   * Sets the field; undefined removes it. Stored is the value as it is when the handler is done.
   * @throws SessionClosedError once the response's head has left; SessionEndedError where this request destroyed the session;
   * SessionStoreUnavailableError where it goes on without the store
   */
  set(value: T): void;
  /** Removes the field; throws as `set` does. */
  delete(): void;
}

/**
 * Gives a handler a field to write. A handler that declares nothing else of the session reads nothing first: one round trip, in which
 * the commit finds out whether the session still lives.
 *
 * @example
 * choose(@SessionWriter('currency') currency: SessionWriter<string>, @Body() dto: CurrencyDto) { currency.set(dto.currency); }
 */
export function SessionWriter(field: string): ParameterDecorator {
  assertFieldName(field);
  const decorate = createParamDecorator(
    (_data: unknown, context: ExecutionContext): SessionWriter =>
      new FieldWriter(requestSession(context), field),
  )();
  return (target, method, index) => {
    if (method === undefined) {
      throw new SessionOptionsError([
        '@SessionWriter() was put on a constructor parameter; it goes on a handler parameter.',
      ]);
    }
    decorate(target, method, index);
    addSessionUse(target.constructor, method, 'write');
    hideParameterType(target, method, index);
  };
}

class FieldWriter implements SessionWriter {
  readonly #session: RequestSession;
  readonly #field: string;

  constructor(session: RequestSession, field: string) {
    this.#session = session;
    this.#field = field;
  }

  set(value: unknown): void {
    this.#session.overwrite(this.#field, value);
  }

  delete(): void {
    this.#session.overwrite(this.#field, undefined);
  }
}
