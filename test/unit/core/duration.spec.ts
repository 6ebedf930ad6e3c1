import { formatDuration, parseDuration } from '../../../lib/core/duration.js';

describe('A duration', () => {
  it.each([
    [1, 1],
    [86_400_000, 86_400_000],
    ['250ms', 250],
    ['30s', 30_000],
    ['30m', 1_800_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['1.5h', 5_400_000],
    ['2.3h', 8_280_000],
    ['0.5s', 500],
    ['1.1s', 1_100],
    ['30 m', 1_800_000],
  ])('of %p has %p ms', (value, milliseconds) => {
    expect(parseDuration(value)).toBe(milliseconds);
  });

  it.each([
    ['0', "'0'"],
    [0, '0'],
    [-1, '-1'],
    [1.5, '1.5'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [2 ** 53, '9007199254740992'],
    ['0s', "'0s'"],
    ['0.5ms', "'0.5ms'"],
    ['30', "'30'"],
    ['30M', "'30M'"],
    ['30 minutes', "'30 minutes'"],
    ['-1s', "'-1s'"],
    ['1e3s', "'1e3s'"],
    [' 1s', "' 1s'"],
    ['1  s', "'1  s'"],
    ['', "''"],
    ['999999999999999999d', "'999999999999999999d'"],
    [undefined, 'undefined'],
    [null, 'object'],
    [10n, 'bigint'],
  ])('is refused as %p, with a sentence that says so', (value, shown) => {
    expect(() => parseDuration(value)).toThrow(TypeError);
    expect(() => parseDuration(value)).toThrow(
      `A duration must be a positive whole number of milliseconds or a text such as '250ms', '30s', '30m', '12h' or '7d'. Received ${shown}.`,
    );
  });

  it.each([
    [0, '0ms'],
    [250, '250ms'],
    [1_500, '1500ms'],
    [90_000, '90s'],
    [1_800_000, '30m'],
    [5_400_000, '90m'],
    [43_200_000, '12h'],
    [86_400_000, '1d'],
    [129_600_000, '36h'],
  ])('of %p ms reads %p', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('reads as it was parsed', () => {
    for (let ms = 1; ms < 2 ** 50; ms = ms * 3 + 1)
      expect(parseDuration(formatDuration(ms))).toBe(ms);
  });
});
