import { describeFailure } from './redis-failure.js';
import { commandsInScript } from './session-scripts.js';

const MORE =
  "docs/redis.md, 'Access rights', has all that are needed; ACL LOG of the node says what was refused.";

/**
 * What the Redis user of the app lacks, in a sentence with the ACL rule that gives it; undefined for other failures. Holds no key,
 * value or password.
 */
export function missingRight(error: unknown): string | undefined {
  const told = describeFailure(error);
  const [password] = /\b(WRONGPASS|NOAUTH)\b/.exec(told) ?? [];
  if (password !== undefined) {
    return `Redis does not take the user and password of this app (${password}). Compare redis.options.redisOptions with ACL LIST on every node.`;
  }
  const [, command] = /\brun the '([a-z|]+)' command/.exec(told) ?? [];
  if (command !== undefined) return sentence(`may not run ${command}`, `+${command}`);
  if (/^NOPERM.*channel/.test(told)) return sentence('may not use the channels', '&<keyPrefix>*');
  if (/^NOPERM.*key/.test(told)) return sentence('may not use the keys', '~<keyPrefix>*');
  const [, script] =
    /^ERR The user executing the script can't run.* script: (\w{40})/.exec(told) ?? [];
  if (script === undefined) return undefined;
  // Redis 7.0 does not say which.
  const commands = commandsInScript(script).map((name) => `+${name}`);
  return sentence('may not run one of the commands of a script', commands.join(' '));
}

function sentence(what: string, rules: string): string {
  return `The Redis user of this app ${what} (NOPERM). Allow it on every node: ACL SETUSER <user> ${rules}. ${MORE}`;
}
