import { allOrNone, clusterNodes, startApp } from '../../support/app-process.js';
import { isGone } from '../testing/process-state.js';

it('Of several apps of which one does not start no process is left', async () => {
  const options = { redis: { nodes: clusterNodes() } };
  const good = startApp({ app: 'shop', platform: 'express', options });
  const bad = startApp({ app: 'no-such', platform: 'express', options });

  await expect(allOrNone([good, bad])).rejects.toThrow(/ended with 1 before it listened/);

  expect(isGone((await good).pid)).toBe(true);
});
