import { sentence, type OptionCheck, type OptionSite } from './option-check.js';
import { describeSecret } from './describe-value.js';
import { weaknessOf } from './weak-secrets.js';

/** Prints a secret of 256 random bits. */
export const SECRET_COMMAND =
  "node -e \"console.log(require('crypto').randomBytes(32).toString('base64url'))\"";

const MAKE_ONE = `Make one with ${SECRET_COMMAND} and hand it over in the environment.`;

interface Keys {
  readonly secret?: unknown;
}

/** `secret`: one or more keys, each strong and none given twice. */
export const isKeyRing: OptionCheck = (value, site) => {
  if (!Array.isArray(value)) return strength(value, site.path);
  if (value.length === 0) {
    const expected = 'at least one secret is needed, as all tokens are signed';
    return [sentence(site.path, 'an empty array', expected, MAKE_ONE)];
  }
  return value.flatMap((secret: unknown, at) => {
    const path = `${site.path}[${at}]`;
    const first = value.indexOf(secret);
    if (first === at || typeof secret !== 'string') return strength(secret, path);
    const expected = `it equals ${site.path}[${first}]`;
    return [sentence(path, describeSecret(secret), expected, 'Give each secret once.')];
  });
};

/** `pepper`: a key of its own. */
export const isPepper: OptionCheck<Keys> = (value, site) => {
  if (typeof value === 'string' && secretsOf(site).includes(value)) {
    const expected = 'it must not equal a secret, as secrets are rotated and the pepper never is';
    return [sentence(site.path, describeSecret(value), expected, MAKE_ONE)];
  }
  return strength(value, site.path);
};

function secretsOf({ root }: OptionSite<Keys>): unknown[] {
  const { secret } = root as Keys;
  return Array.isArray(secret) ? secret : [secret];
}

function strength(secret: unknown, path: string): string[] {
  const weakness = weaknessOf(secret);
  return weakness === undefined ? [] : [sentence(path, describeSecret(secret), weakness, MAKE_ONE)];
}
