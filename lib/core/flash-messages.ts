import { FLASH_FIELD } from './own-fields.js';
import type { SessionFields } from './session-fields.js';

/** Leaves a message for the next request that asks for it. */
export function leaveFlash(fields: SessionFields, key: string, message: unknown): undefined {
  fields.set(FLASH_FIELD, { ...messagesOf(fields), [key]: message });
}

/** Takes a message, so that no later request sees it; undefined where there is none. */
export function takeFlash(fields: SessionFields, key: string): unknown {
  const messages = messagesOf(fields);
  if (!messages || !Object.hasOwn(messages, key)) return undefined;
  const { [key]: message, ...rest } = messages;
  fields.set(FLASH_FIELD, Object.keys(rest).length > 0 ? rest : undefined);
  return message;
}

function messagesOf(fields: SessionFields): Record<string, unknown> | undefined {
  return fields.get(FLASH_FIELD) as Record<string, unknown> | undefined;
}
