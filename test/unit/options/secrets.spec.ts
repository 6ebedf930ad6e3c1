import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { SECRET_COMMAND } from '../../../lib/options/secret-checks.js';
import { OTHER_SECRET, SECRET, problemsOf, resolve } from './given-options.js';

describe('secret', () => {
  it.each([
    ['nothing', undefined, 'secret: nothing was given, but it must be a string'],
    ['null', null, 'secret: null was given'],
    ['no secret in the array', [], 'secret: an empty array was given'],
    ['an unset environment variable', [undefined], 'secret[0]: nothing was given'],
    ['an empty text', '', 'secret: an empty string was given, but it must have at least 32 bytes'],
    ['31 bytes', SECRET.slice(0, 31), 'secret: a string of 31 characters was given'],
    ['bytes', Buffer.from(SECRET), 'secret: a Buffer was given, but it must be a string'],
    ['a number', 42, 'secret: a number was given'],
    [
      'one secret twice',
      [SECRET, SECRET],
      'secret[1]: a string of 43 characters was given, but it equals secret[0]',
    ],
    ['a short one behind a good one', [SECRET, 'changeme'], 'secret[1]: a string of 8 characters'],
  ])('is refused: %s', (_case, secret, expected) => {
    expect(problemsOf({ secret })).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    'a'.repeat(64),
    'ab'.repeat(20),
    'abc123XYZ'.repeat(4),
    'SuperSecret!SuperSecret!SuperSec',
    '0000000000000000000000000000000000000001',
    '00112233445566778899001122334455667788990011223344',
    'changeme-changeme-changeme-changeme!',
    'change-me-please-this-is-not-a-secret',
    'your-secret-key-goes-here-change-it!',
    'keyboard cat keyboard cat keyboard cat 1',
    'this-is-a-very-long-example-secret-for-tests',
    'replace_this_with_a_long_random_string_1234',
    'test-secret-0123456789-0123456789',
    'my super secret session password 123',
    '<insert at least 32 random characters here>',
    'abcdefghijklmnopqrstuvwxyz0123456789',
    '0123456789abcdefABCDEF0123456789',
    'SESSION_SECRET_PLACEHOLDER_DO_NOT_USE',
    'qwertyuiopasdfghjklzxcvbnm1234567890',
  ])('is refused where it can be guessed: %s', (secret) => {
    const problems = problemsOf({ secret });
    expect(problems).toEqual([expect.stringContaining('so it can be guessed')]);
    expect(problems[0]).not.toContain(secret);
  });

  it.each(['hex', 'base64', 'base64url'] as const)('passes where it is random: %s', (encoding) => {
    for (let i = 0; i < 500; i++) {
      expect(problemsOf({ secret: randomBytes(32).toString(encoding) })).toEqual([]);
    }
  });

  it.each([
    'correct-horse-battery-staple-otter-plum',
    '48151623421938475620391847562093',
    'ключ-длинный-случайный-йцукенгшщз',
    '"#$%&()*+,-./:;<=>?@[]^_`{|}~!\'§½¾',
  ])('passes where it is long and not known: %s', (secret) => {
    expect(problemsOf({ secret })).toEqual([]);
  });

  it('is never shown, and the refusal has the command that makes a good one', () => {
    const [problem = ''] = problemsOf({ secret: 'my-own-weak-one' });
    expect(problem).not.toContain('my-own-weak-one');
    expect(problem).toContain(SECRET_COMMAND);
  });

  it('is good when that command made it', () => {
    const secret = execFileSync(SECRET_COMMAND, { shell: true, encoding: 'utf8' }).trim();
    expect(resolve({ secret }).secret).toEqual([secret]);
  });
});

describe('pepper', () => {
  it.each([
    ['a short one', 'pepper', 'pepper: a string of 6 characters was given'],
    ['a guessable one', 'x'.repeat(40), 'so it can be guessed'],
    ['the secret', SECRET, 'it must not equal a secret'],
    ['null', null, 'pepper: null was given'],
  ])('is refused: %s', (_case, pepper, expected) => {
    expect(problemsOf({ pepper })).toEqual([expect.stringContaining(expected)]);
  });

  it('is refused where it equals an older secret', () => {
    expect(problemsOf({ secret: [SECRET, OTHER_SECRET], pepper: OTHER_SECRET })).toHaveLength(1);
  });

  it('may be missing, but a variable that is not set is told', () => {
    expect(resolve().warnings).toEqual([]);
    expect(resolve({ pepper: undefined }).warnings).toEqual([
      expect.stringContaining('pepper was given as undefined'),
    ]);
  });
});
