import { setTimeout as delay } from 'node:timers/promises';
import { OwnPauses } from '../../../lib/redis/own-pauses.js';

/** Does nothing else for so many ms. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('A pause of this process', () => {
  let pauses: OwnPauses;
  beforeEach(() => {
    pauses = new OwnPauses();
  });
  afterEach(() => pauses.stop());

  it('is known to whoever is called after it', async () => {
    pauses.watch();
    const began = performance.now();
    block(300);
    await delay(0);
    expect(pauses.since(began)).toBeGreaterThanOrEqual(300);
  });

  it('does not count for who began after it', async () => {
    pauses.watch();
    block(300);
    await delay(0);
    expect(pauses.since(performance.now())).toBe(0);
  });
});
