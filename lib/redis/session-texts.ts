import { AUTH_FIELD, FLASH_FIELD, VERSION_FIELD } from '../core/own-fields.js';
import type { TokenKind } from '../core/session-store.js';
import type { RedisClient } from './redis-client.js';
import { isWrongType } from './redis-failure.js';

const READ_ALWAYS = ['@s', '@x', '@m', '@t', '@p', FLASH_FIELD, VERSION_FIELD];
const READ_OF_USER = [...READ_ALWAYS, '@k', AUTH_FIELD];

/** What a key holds, by field; undefined where that is no hash: foreign, and nothing to try again. */
export type Texts = Map<string, string> | undefined;

/**
 * Reads a session's hash by one plain command: HMGET of what is always needed and the names, or HGETALL. By `call`, whose flat reply is
 * cheaper than an object's.
 */
export function readTexts(
  to: RedisClient,
  key: string,
  kind: TokenKind,
  fields: readonly string[] | undefined,
): Promise<Texts> {
  if (fields === undefined) {
    const all = to.call('HGETALL', key) as Promise<string[]>;
    return all.then(textsIn, undefinedIfWrongType);
  }
  const names = [...(kind === 'user' ? READ_OF_USER : READ_ALWAYS), ...fields];
  return to.hmget(key, ...names).then((values) => textsNamed(names, values), undefinedIfWrongType);
}

/** Field, text, field, text. */
function textsIn(flat: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (let at = 0; at < flat.length; at += 2) texts.set(flat[at]!, flat[at + 1]!);
  return texts;
}

function textsNamed(
  names: readonly string[],
  values: readonly (string | null)[],
): Map<string, string> {
  const texts = new Map<string, string>();
  for (let at = 0; at < names.length; at++) {
    const text = values[at];
    if (typeof text === 'string') texts.set(names[at]!, text);
  }
  return texts;
}

function undefinedIfWrongType(error: unknown): undefined {
  if (!isWrongType(error)) throw error;
  return undefined;
}
