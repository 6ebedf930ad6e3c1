import { SessionInvalidError } from './errors.js';

/** Messages for the next request, one object. */
export const FLASH_FIELD = '@f';

/** Version of the app's data shape the session was written in. */
export const VERSION_FIELD = '@n';

/** Who is logged in with this session, sealed. */
export const AUTH_FIELD = '@a';

/** Begins the names of values that can be taken once. */
export const ONCE_PREFIX = '@1';

/** Field of a value that can be taken once: apart from the data, so that neither can be mistaken for the other. */
export function onceField(name: string): string {
  if (!/^[\w.:-]{1,62}$/.test(name)) {
    throw new SessionInvalidError(
      `The name of a single-use value must have 1 to 62 of the characters A-Z a-z 0-9 _ . : -, not '${String(name).slice(0, 80)}'`,
    );
  }
  return ONCE_PREFIX + name;
}
