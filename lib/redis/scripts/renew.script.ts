import { PRELUDE, REQUIRE_IN_TIME, REQUIRE_LIVE } from './prelude.js';

/**
 * Replaces the secret and leaves the old one its grace. ARGV: 4 new digest, 5 digest that must still be the newest. Where the
 * newest was never used its client may not have it: the one before it keeps its grace. A secret that has but its grace replaces nothing.
 */
export const RENEW_SCRIPT: string = `${PRELUDE}
if redis.call('HGET', key, '@s') == ARGV[4] then return {'applied', now} end
${REQUIRE_LIVE}${REQUIRE_IN_TIME}
if own[1] ~= ARGV[5] or not (is_newest or used == 0) then return {'kept', now} end
local set = {}
use(set)
local before = is_newest and own[1] or previous
for _, text in ipairs({'@s', ARGV[4], '@v', ARGV[3], '@p', before .. string.format(' %.0f 0', now)}) do set[#set + 1] = text end
redis.call('HSET', key, unpack(set))
move_end()
return {'applied', now}
`;
