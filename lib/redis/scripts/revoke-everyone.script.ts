import { ALLOW_OOM, PRELUDE, REQUIRE_IN_TIME } from './prelude.js';

/**
 * Notes that every login made until now is over: "ms operation". ARGV: 4 ms to remember it: the longest any login lives. A
 * repeated sending keeps the time of the first, so that it ends no login made in between. ARGV: 5 the time, where a failover lost
 * what was noted before ('' now).
 */
export const REVOKE_EVERYONE_SCRIPT: string = `${ALLOW_OOM}${PRELUDE}
local before, by = string.match(redis.call('GET', key) or '', '^(%d+) (.+)$')
if by == ARGV[3] then return {'applied', now, tonumber(before)} end
${REQUIRE_IN_TIME}
local at = math.max(tonumber(ARGV[5]) or now, tonumber(before) or 0)
redis.call('SET', key, string.format('%.0f', at) .. ' ' .. ARGV[3], 'PX', ARGV[4])
return {'applied', now, at}
`;
