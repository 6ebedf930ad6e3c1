import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Cluster } from 'ioredis';
import { SESSION_REDIS } from 'nest-session';
import { reach } from '../reach.js';
import { hashPassword, isPassword } from './passwords.js';

export const ROLES = ['customer', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface User {
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
}

/**
 * The users of the shop, in one hash: `ann:password`, `ann:role`, `ann:disabled`. Yours are in your
 * database; it says who may log in, and sessions only who has.
 */
@Injectable()
export class UsersService implements OnApplicationBootstrap {
  readonly #table = 'shop:users';

  constructor(@Inject(SESSION_REDIS) private readonly redis: Cluster) {}

  /** The first user. Each server tries, and one is enough. */
  async onApplicationBootstrap(): Promise<void> {
    const password = process.env['ADMIN_PASSWORD'];
    if (!password) return;
    try {
      await reach(this.redis.hsetnx(this.#table, 'admin:role', 'admin' satisfies Role));
      await this.signUp('admin', password);
    } catch (error) {
      new Logger('Users').warn(`No admin was added: ${(error as Error).message}`);
    }
  }

  /** @returns undefined where the name is taken */
  async signUp(name: string, password: string): Promise<User | undefined> {
    const hash = await hashPassword(password);
    const isNew = await reach(this.redis.hsetnx(this.#table, `${name}:password`, hash));
    if (isNew) return { name, role: 'customer', disabled: false };
    // Asked again because the answer was lost: taken, but by the same password.
    return this.verify(name, password);
  }

  /** @returns undefined where there is no such user, or the password is another */
  async verify(name: string, password: string): Promise<User | undefined> {
    const hash = await reach(this.redis.hget(this.#table, `${name}:password`));
    return (await isPassword(password, hash)) ? this.find(name) : undefined;
  }

  async find(name: string): Promise<User | undefined> {
    const fields = ['password', 'role', 'disabled'].map((field) => `${name}:${field}`);
    const [password, role, disabled] = await reach(this.redis.hmget(this.#table, ...fields));
    return password ? userOf(name, role, disabled) : undefined;
  }

  async all(): Promise<User[]> {
    const table = await reach(this.redis.hgetall(this.#table));
    return Object.keys(table)
      .filter((field) => field.endsWith(':password'))
      .map((field) => field.replace(':password', ''))
      .sort()
      .map((name) => userOf(name, table[`${name}:role`], table[`${name}:disabled`]));
  }

  async setRole(name: string, role: Role): Promise<void> {
    await reach(this.redis.hset(this.#table, `${name}:role`, role));
  }

  async setDisabled(name: string, disabled: boolean): Promise<void> {
    await reach(this.redis.hset(this.#table, `${name}:disabled`, disabled ? 'yes' : 'no'));
  }
}

function userOf(name: string, role?: string | null, disabled?: string | null): User {
  return { name, role: (role as Role | null) ?? 'customer', disabled: disabled === 'yes' };
}
