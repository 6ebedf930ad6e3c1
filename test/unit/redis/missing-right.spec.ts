import { createHash } from 'node:crypto';
import { missingRight } from '../../../lib/redis/missing-right.js';
import { RefusalLog } from '../../../lib/redis/refusal-log.js';
import { DESTROY_SCRIPT } from '../../../lib/redis/scripts/destroy.script.js';

const SHA = createHash('sha1').update(DESTROY_SCRIPT).digest('hex');

describe('A refusal of Redis', () => {
  it.each([
    ["NOPERM this user has no permissions to run the 'hmget' command", '+hmget'],
    [
      "NOPERM User sessions has no permissions to run the 'cluster|slots' command",
      '+cluster|slots',
    ],
    [
      `ERR ACL failure in script: User sessions has no permissions to run the 'hset' command script: ${SHA}, on @user_script:1.`,
      '+hset',
    ],
    [
      'NOPERM this user has no permissions to access one of the keys used as arguments',
      '~<keyPrefix>*',
    ],
    ['NOPERM No permissions to access a key', '~<keyPrefix>*'],
    ['NOPERM No permissions to access a channel', '&<keyPrefix>*'],
    [
      `ERR The user executing the script can't run this command or subcommand script: ${SHA}, on @user_script:1.`,
      '+hdel +time',
    ],
  ])('%s is told with the rule that allows it', (message, rule) => {
    const [, told] =
      /ACL SETUSER <user> ([^.]+)\./.exec(missingRight(new Error(message)) ?? '') ?? [];
    expect(told?.split(' ')).toEqual(expect.arrayContaining(rule.split(' ')));
  });

  it.each(['NOAUTH Authentication required.', 'WRONGPASS invalid username-password pair'])(
    '%s is told as one of the password',
    (message) => {
      const last = new Error(message);
      const failed = Object.assign(new Error('Failed to refresh slots cache.'), {
        lastNodeError: last,
      });
      expect(missingRight(last)).toContain('does not take the user and password');
      expect(missingRight(failed)).toContain('does not take the user and password');
    },
  );

  it.each([
    'OOM command not allowed',
    'MOVED 1 127.0.0.1:1',
    'ERR unknown command',
    'Connection is closed.',
  ])('is not what %s says', (message) => {
    expect(missingRight(new Error(message))).toBeUndefined();
  });

  it('is told once, however many requests meet it', () => {
    const told: string[] = [];
    const log = new RefusalLog((sentence) => told.push(sentence));

    for (let times = 0; times < 100; times++) {
      log.note(new Error("NOPERM this user has no permissions to run the 'hget' command"));
      log.note(new Error("NOPERM this user has no permissions to run the 'hset' command"));
      log.note(new Error('OOM command not allowed'));
    }

    expect(told).toHaveLength(2);
  });
});
