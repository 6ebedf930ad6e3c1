import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
/** One of the costs that OWASP's Password Storage Cheat Sheet names: 16 MiB for each password. */
const COST = { N: 2 ** 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** What no password fits. */
const NOBODYS = [SALT_BYTES, KEY_BYTES].map((size) => text(randomBytes(size))).join('.');

/** What is stored of a password: a salt of its own, and what became of both. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return `${text(salt)}.${text(await derive(password, salt, KEY_BYTES, COST))}`;
}

/** Takes as long where nothing is stored, so that nobody learns from it which users there are. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [salt = '', key = ''] = (stored ?? NOBODYS).split('.');
  const derived = await derive(password, Buffer.from(salt, 'base64url'), KEY_BYTES, COST);
  return timingSafeEqual(derived, Buffer.from(key, 'base64url'));
}

function text(bytes: Buffer): string {
  return bytes.toString('base64url');
}
