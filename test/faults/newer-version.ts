import { createHmac, hkdfSync } from 'node:crypto';
import { AuthTexts } from '../../lib/core/auth/auth-texts.js';
import { Seal } from '../../lib/core/auth/seal.js';
import { TEST_SECRET } from '../apps/app-config.js';
import type { Rig } from './rig.js';

/** What this version has never heard of. */
export const NEW_FIELD = '@q';
const NEW_OF_RECORD = 'q';
const NEW_MEMBER = { q: 'newer' };

/** Sets a field where the key is what it has to be: a later version makes no session either. */
const SET_WHERE = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
return 1`;

/** Something a later version keeps in Redis. @returns what this version must leave as it is */
export type NewerWrite = (newer: NewerVersion, token: string) => Promise<void>;

/** All that docs/format.md lets a later version add, by what it is. */
export const NEWER_WRITES: Readonly<Record<string, NewerWrite>> = {
  'a reserved field': (newer, token) => newer.addField(token, 'newer'),
  'a field of the record': (newer, token) => newer.addToRecord(token),
  'a member of the sealed login': (newer, token) => newer.addToLogin(token),
  'a member of the sealed entry': (newer, token) => newer.addToEntry(token),
  'a later version of the data': (newer, token) => newer.setDataVersion(token),
};

/** Tokens as only a later version makes them, by what is new. */
export const NEWER_TOKENS: Readonly<
  Record<string, (newer: NewerVersion, token: string) => string>
> = {
  'another kind': (newer, token) => newer.signed(`R${token.slice(1, 80)}`, 'v1'),
  'another tag': (newer, token) => newer.signed(token.slice(0, 80), 'v2'),
  'a longer one': (newer, token) => newer.signed(`${token.slice(0, 80)}newer000`, 'v1'),
};

/** A server of a later version at the same keys: with the app's secret, and the format of docs/format.md with what may be added. */
export class NewerVersion {
  readonly #rig: Rig;
  readonly #texts: AuthTexts;

  constructor(rig: Rig) {
    this.#rig = rig;
    this.#texts = new AuthTexts(new Seal([TEST_SECRET], rig.keys.prefix));
  }

  async addField(token: string, text: string): Promise<void> {
    await this.#set(this.#rig.keys.keyOf(token), '@s', NEW_FIELD, text);
  }

  async addToRecord(token: string): Promise<void> {
    await this.#set(this.#rig.keys.recordOf(token), 'o', NEW_OF_RECORD, 'newer');
  }

  async addToLogin(token: string): Promise<void> {
    const key = this.#rig.keys.keyOf(token);
    const block = this.#texts.openBlock(placeOf(token), (await this.#get(key, '@a'))!);
    const newer = this.#texts.sealBlock(placeOf(token), { ...block!, ...NEW_MEMBER });
    await this.#set(key, '@s', '@a', newer);
  }

  async addToEntry(token: string): Promise<void> {
    const key = this.#rig.keys.recordOf(token);
    const name = `s:${placeOf(token).selector}`;
    const entry = this.#texts.openEntry(placeOf(token), (await this.#get(key, name))!);
    const newer = this.#texts.sealEntry(placeOf(token), { ...entry!, ...NEW_MEMBER });
    await this.#set(key, name, name, newer);
  }

  async setDataVersion(token: string): Promise<void> {
    await this.#set(this.#rig.keys.keyOf(token), '@s', '@n', '7');
  }

  /** What a later version may have added to the session and its user's record. */
  async added(token: string): Promise<unknown> {
    const { keys } = this.#rig;
    const record = keys.recordOf(token);
    const entry = await this.#get(record, `s:${placeOf(token).selector}`);
    const login = await this.#get(keys.keyOf(token), '@a');
    return [
      await this.#get(keys.keyOf(token), NEW_FIELD),
      await this.#get(keys.keyOf(token), '@n'),
      await this.#get(record, NEW_OF_RECORD),
      hasMember(entry && this.#texts.openEntry(placeOf(token), entry)),
      hasMember(login && this.#texts.openBlock(placeOf(token), login)),
    ];
  }

  /** All that is stored of the session. */
  stored(token: string): Promise<Record<string, string>> {
    return this.#rig.keys.redis.hgetall(this.#rig.keys.keyOf(token));
  }

  /** The text with a tag: a token of a later layout. */
  signed(text: string, version: string): string {
    const info = `nest-session token tag ${version}`;
    const key = hkdfSync('sha256', TEST_SECRET, this.#rig.keys.prefix, info, 32);
    const mac = createHmac('sha256', Buffer.from(key)).update(text, 'latin1').digest();
    return text + mac.toString('base64url', 0, 12);
  }

  #get(key: string, field: string): Promise<string | null> {
    return this.#rig.keys.redis.hget(key, field);
  }

  async #set(key: string, where: string, field: string, text: string): Promise<void> {
    await this.#rig.keys.redis.eval(SET_WHERE, 1, key, where, field, text);
  }
}

function placeOf(token: string): { home: string; selector: string } {
  return { home: token.slice(1, 21), selector: token.slice(21, 37) };
}

function hasMember(opened: unknown): boolean {
  return (opened as Partial<typeof NEW_MEMBER> | undefined | null)?.q === NEW_MEMBER.q;
}
