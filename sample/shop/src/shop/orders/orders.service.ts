import { Inject, Injectable } from '@nestjs/common';
import type { Cluster } from 'ioredis';
import { SESSION_REDIS } from 'nest-session';
import { reach } from '../reach.js';

export interface Order {
  readonly id: string;
  /** The piece's id to its sku, as in the cart. */
  readonly pieces: Readonly<Record<string, string>>;
  /** In cents. */
  readonly total: number;
  readonly at: string;
}

/** The orders of each user, in a hash by id. They are the user's and no session's. */
@Injectable()
export class OrdersService {
  constructor(@Inject(SESSION_REDIS) private readonly redis: Cluster) {}

  /**
   * Placing an order again leaves it as it is.
   * @returns the order as it was placed first; undefined where there is nothing to order
   */
  async place(user: string, order: Order): Promise<Order | undefined> {
    const table = tableOf(user);
    const isEmpty = Object.keys(order.pieces).length === 0;
    const text = JSON.stringify(order);
    if (!isEmpty && (await reach(this.redis.hsetnx(table, order.id, text)))) return order;
    const placed = await reach(this.redis.hget(table, order.id));
    return placed === null ? undefined : (JSON.parse(placed) as Order);
  }

  /** The latest first. */
  async list(user: string): Promise<Order[]> {
    const texts = await reach(this.redis.hvals(tableOf(user)));
    return texts.map((text) => JSON.parse(text) as Order).sort((a, b) => b.at.localeCompare(a.at));
  }
}

function tableOf(user: string): string {
  return `shop:orders:${user}`;
}
