import type { Browser } from './browser.js';
import type { SessionKeys } from './session-keys.js';

/** All fields of a session and of its user's record. */
export interface LoginCopy {
  readonly session: Readonly<Record<string, string>>;
  readonly record: Readonly<Record<string, string>>;
}

/** Somebody with write access to Redis, but without the app's secret, at work on one browser's login. */
export class LoginForger {
  readonly sessionKey: string;
  readonly recordKey: string;
  /** The session's public name. */
  readonly handle: string;
  readonly #keys: SessionKeys;

  constructor(keys: SessionKeys, browser: Browser) {
    const token = browser.token!;
    this.#keys = keys;
    this.handle = token.slice(21, 37);
    this.sessionKey = keys.keyOf(token);
    this.recordKey = this.sessionKey.replace(/[^:]*$/, 'user');
  }

  /** Name of the session's entry in the record. */
  get entry(): string {
    return `s:${this.handle}`;
  }

  async copy(): Promise<LoginCopy> {
    const { redis } = this.#keys;
    return {
      session: await redis.hgetall(this.sessionKey),
      record: await redis.hgetall(this.recordKey),
    };
  }

  /** Puts a copy in the session's place. */
  putSession(fields: LoginCopy['session']): Promise<void> {
    return this.#put(this.sessionKey, fields);
  }

  /** Puts a copy in the record's place. */
  putRecord(fields: LoginCopy['record']): Promise<void> {
    return this.#put(this.recordKey, fields);
  }

  async putBack(copy: LoginCopy): Promise<void> {
    await this.putSession(copy.session);
    await this.putRecord(copy.record);
  }

  async #put(key: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const { redis } = this.#keys;
    await redis.del(key);
    await redis.hset(key, fields);
    await redis.pexpire(key, 600_000);
  }
}

/** The text with one bit of one character changed; it stays printable. */
export function flipped(text: string, at: number): string {
  const other = String.fromCharCode(text.charCodeAt(at) ^ 1);
  return text.slice(0, at) + other + text.slice(at + 1);
}
