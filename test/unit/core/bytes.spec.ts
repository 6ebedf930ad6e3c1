import { parseBytes } from '../../../lib/core/bytes.js';

describe('A size in bytes', () => {
  it.each([
    [1, 1],
    [65_536, 65_536],
    ['512B', 512],
    ['64kB', 64_000],
    ['64KB', 64_000],
    ['200kb', 200_000],
    ['16 KiB', 16_384],
    ['1.5MB', 1_500_000],
    ['1.001MB', 1_001_000],
    ['2MiB', 2_097_152],
    ['1gb', 1_000_000_000],
    ['1 GiB', 1_073_741_824],
    ['0.5KiB', 512],
  ])('of %p is %p', (value, bytes) => {
    expect(parseBytes(value)).toBe(bytes);
  });

  it.each([
    [0, '0'],
    [-5, '-5'],
    [0.5, '0.5'],
    [NaN, 'NaN'],
    [2 ** 53, '9007199254740992'],
    ['64', "'64'"],
    ['64k', "'64k'"],
    ['64 kilobytes', "'64 kilobytes'"],
    ['1ib', "'1ib'"],
    ['0kB', "'0kB'"],
    ['0.0001kB', "'0.0001kB'"],
    ['-1kB', "'-1kB'"],
    ['1TB', "'1TB'"],
    ['', "''"],
    [undefined, 'undefined'],
    [{}, 'object'],
  ])('is refused as %p, with a sentence that says so', (value, shown) => {
    expect(() => parseBytes(value)).toThrow(TypeError);
    expect(() => parseBytes(value)).toThrow(
      `A size must be a positive whole number of bytes or a text such as '512B', '64kB' (64,000 bytes) or '64KiB' (65,536 bytes). Received ${shown}.`,
    );
  });
});
