import { BootExamination } from '../../../lib/doctor/boot-examination.js';
import { SessionDoctor } from '../../../lib/doctor/session-doctor.js';
import type { RedisFacts } from '../../../lib/doctor/redis-facts.js';

const DOWN: RedisFacts = { cluster: true, user: 'default', failoverDeadline: 5000, nodes: [] };

describe('The look at boot', () => {
  it('tells what it found when the facts are there, and the start does not wait for them', async () => {
    const { promise, resolve } = gathered();
    const { examination, lines } = examine(() => promise);

    examination.begin();
    expect(lines).toEqual([]);
    resolve(DOWN);
    await settled();

    expect(lines).toEqual([expect.stringContaining('store-down')]);
  });

  it('is silent once the app has been closed', async () => {
    const { promise, resolve } = gathered();
    const { examination, lines } = examine(() => promise);

    examination.begin();
    examination.end();
    resolve(DOWN);
    await settled();

    expect(lines).toEqual([]);
  });

  it('takes a look that fails for a store that is down', async () => {
    const { examination, lines } = examine(() => Promise.reject(new Error('sess:{secret}')));

    examination.begin();
    await settled();

    expect(lines).toEqual([expect.stringContaining('store-down')]);
    expect(lines.join()).not.toContain('secret');
  });
});

function examine(gather: () => Promise<RedisFacts>): {
  examination: BootExamination;
  lines: string[];
} {
  const lines: string[] = [];
  const doctor = new SessionDoctor(gather);
  return { examination: new BootExamination(doctor, (line) => lines.push(line)), lines };
}

function gathered(): { promise: Promise<RedisFacts>; resolve: (facts: RedisFacts) => void } {
  let resolve: (facts: RedisFacts) => void = () => undefined;
  const promise = new Promise<RedisFacts>((done) => (resolve = done));
  return { promise, resolve };
}

/** Promises that were resolved have told everyone. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
