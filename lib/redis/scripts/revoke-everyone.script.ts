import { PRELUDE, REQUIRE_IN_TIME } from './prelude.js';

/** Notes that every login made until now is over. ARGV: 4 ms to remember it: the longest any login lives. */
export const REVOKE_EVERYONE_SCRIPT: string = `${PRELUDE}${REQUIRE_IN_TIME}
local before = tonumber(redis.call('GET', key)) or 0
redis.call('SET', key, string.format('%.0f', math.max(now, before)), 'PX', ARGV[4])
return {'applied', now}
`;
