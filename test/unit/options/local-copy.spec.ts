import { problemsOf, resolve } from './given-options.js';

const copyOf = (localCopy: unknown) => resolve({ localCopy }).localCopy;

describe('localCopy', () => {
  it('is off unless it is asked for', () => {
    expect(copyOf(undefined)).toBeUndefined();
    expect(copyOf(false)).toBeUndefined();
  });

  it('has its bounds in bytes and counts, each with a default', () => {
    const defaults = { from: 20_000, maxBytes: 64_000_000, maxEntries: 1000 };
    expect(copyOf(true)).toEqual(defaults);
    expect(copyOf({})).toEqual(defaults);
    expect(copyOf({ from: '64KiB' })).toEqual({ ...defaults, from: 65_536 });
    expect(copyOf({ from: 0, maxBytes: '1GB', maxEntries: 5 })).toEqual({
      from: 0,
      maxBytes: 1_000_000_000,
      maxEntries: 5,
    });
  });

  it.each([
    ['from', { from: '20kb/s' }, 'it must be a size'],
    ['from', { from: -1 }, 'it must be a size'],
    ['from', { from: '9MiB' }, "it must be from '1B' to '8MiB'"],
    ['from', { from: '2MB', maxBytes: '1MB' }, "not be above localCopy.maxBytes, which is '1MB'"],
    ['maxBytes', { maxBytes: 100, from: 0 }, "it must be from '64KiB' to '8GB'"],
    ['maxEntries', { maxEntries: 0 }, 'a whole number from 1 to 1000000'],
    ['size', { size: 1 }, 'unknown option'],
  ])('is refused for %s: %j', (name, localCopy, expected) => {
    expect(problemsOf({ localCopy })).toEqual([
      expect.stringMatching(new RegExp(`^localCopy\\.${name}: .*${expected}`)),
    ]);
  });

  it.each(['true', 1, '20kB', null, [], () => ({})])('is refused where it is %p', (localCopy) => {
    expect(problemsOf({ localCopy })).toEqual([
      expect.stringMatching(/^localCopy: .* it must be true, false or an object of options/),
    ]);
  });

  it('may be given beside the embedded store, which has nothing to copy', () => {
    expect(problemsOf({ localCopy: true, redis: undefined })).toEqual([]);
  });
});
