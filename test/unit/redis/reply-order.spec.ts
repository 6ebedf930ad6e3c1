import { setImmediate as nextTurn } from 'node:timers/promises';
import { ReplyOrder } from '../../../lib/redis/reply-order.js';

describe('The order of two replies', () => {
  it('is kept where the first came first', async () => {
    const order = new ReplyOrder();
    await expect(order.first(Promise.resolve('value'))).resolves.toBe('value');
    await expect(order.isKept()).resolves.toBe(true);
  });

  it('is kept where both came in one turn, whichever promise is told first', async () => {
    const order = new ReplyOrder();
    let answer = (): void => undefined;
    const first = order.first(new Promise<void>((resolve) => (answer = resolve)));
    const kept = order.isKept();
    answer();
    await first;
    await expect(kept).resolves.toBe(true);
  });

  it('is not kept where the first comes a turn or more after the second', async () => {
    const order = new ReplyOrder();
    let answer = (): void => undefined;
    const first = order.first(new Promise<void>((resolve) => (answer = resolve)));
    const kept = order.isKept();
    await nextTurn();
    await nextTurn();
    answer();
    await expect(kept).resolves.toBe(false);
    await first;
  });

  it('passes a failure of the first on, and is not kept', async () => {
    const order = new ReplyOrder();
    await expect(order.first(Promise.reject(new Error('cut')))).rejects.toThrow('cut');
    await expect(order.isKept()).resolves.toBe(false);
  });

  it('is not kept where the first had to be sent again, even if it is answered before the second', async () => {
    const order = new ReplyOrder();
    await expect(order.first(Promise.reject(new Error('MOVED')))).rejects.toThrow('MOVED');
    await order.first(Promise.resolve());
    await expect(order.isKept()).resolves.toBe(false);
  });
});
