import { ALLOW_OOM, PRELUDE, REPLACE_WITH, REQUIRE_IN_TIME } from './prelude.js';

/**
 * Ends a session once more that a failover has brought back: a selector is never used twice. ARGV: 2 deadline, 3 operation id, 4 reason.
 */
export const END_AGAIN_SCRIPT: string = `${ALLOW_OOM}${PRELUDE}${REQUIRE_IN_TIME}${REPLACE_WITH}
if redis.call('TYPE', key).ok ~= 'hash' or redis.call('HEXISTS', key, '@s') == 0 then
  return {'absent', now}
end
replace_with({'@x', ARGV[4], '@v', ARGV[3]})
return {'applied', now}
`;
