import { Turnstile } from '../../../lib/redis/turnstile.js';

const later = (): number => performance.now() + 10_000;

describe('A turnstile', () => {
  it('lets in as many as there is room for, and one more for each that leaves', async () => {
    const turnstile = new Turnstile(2);
    expect([turnstile.enter(), turnstile.enter(), turnstile.enter()]).toEqual([true, true, false]);
    const third = turnstile.wait(later());
    turnstile.leave();
    expect(await third).toBe(true);
    expect(turnstile.enter()).toBe(false);
  });

  it('lets nobody in before those who wait', async () => {
    const turnstile = new Turnstile(1);
    const came: string[] = [];
    turnstile.enter();
    const waiting = ['first', 'second'].map((name) =>
      turnstile.wait(later()).then(() => came.push(name)),
    );
    turnstile.leave();
    expect(turnstile.enter()).toBe(false);
    turnstile.leave();
    await Promise.all(waiting);
    expect(came).toEqual(['first', 'second']);
    turnstile.leave();
    expect(turnstile.enter()).toBe(true);
  });

  it('turns away who has waited until the limit, and gives the room to the next', async () => {
    const turnstile = new Turnstile(1);
    turnstile.enter();
    const impatient = turnstile.wait(performance.now() + 1);
    const patient = turnstile.wait(later());
    expect(await impatient).toBe(false);
    turnstile.leave();
    expect(await patient).toBe(true);
  });
});
