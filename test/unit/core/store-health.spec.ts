import { jest } from '@jest/globals';
import { StoreHealth } from '../../../lib/core/store-health.js';

describe('Trouble with the store', () => {
  let now = 0;
  const told: string[] = [];
  beforeEach(() => {
    now = 0;
    told.length = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => jest.restoreAllMocks());

  const health = (): StoreHealth => new StoreHealth((trouble) => told.push(trouble));

  it('is told of once when it begins, and once when nothing has failed for five seconds', () => {
    const store = health();
    store.noteSuccess();
    store.noteFailure();
    store.noteFailure();
    store.noteSuccess();
    expect(told).toEqual(['begins']);
    now = 4999;
    store.noteSuccess();
    expect(told).toEqual(['begins']);
    now = 5000;
    store.noteSuccess();
    store.noteSuccess();
    expect(told).toEqual(['begins', 'ends']);
  });

  it('goes on while some nodes fail and others answer', () => {
    const store = health();
    for (now = 0; now < 20_000; now += 1000) {
      store.noteFailure();
      store.noteSuccess();
    }
    expect(told).toEqual(['begins']);
  });
});
