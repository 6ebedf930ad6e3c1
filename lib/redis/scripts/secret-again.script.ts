import { ALLOW_OOM, newVersion, PRELUDE, REQUIRE_IN_TIME } from './prelude.js';

/**
 * Replaces a secret once more that a failover has brought back: one that was made earlier, and none that is newer. ARGV: 2 deadline, 3
 * operation id, 4 '1' to write in any case, so that a replica can be waited for ('' not), 5 digest of the newest, 6 when that was made, 7
 * its `@p`, 8 the `@a` that came with it ('' none).
 */
export const SECRET_AGAIN_SCRIPT: string = `${ALLOW_OOM}${PRELUDE}${REQUIRE_IN_TIME}
if redis.call('TYPE', key).ok ~= 'hash' then return {'absent', now} end
local own = redis.call('HMGET', key, '@s', '@p', '@m')
if not own[1] then return {'absent', now} end
local made = string.match(own[2] or '', '^%S+ (%d+) %d+$') or string.match(own[3] or '', '^(%d+)')
if own[1] == ARGV[5] or (tonumber(made) or 0) >= tonumber(ARGV[6]) then
  if ARGV[4] == '1' then redis.call('HSET', key, '@s', own[1]) end
  return {'absent', now}
end
local set = {'@s', ARGV[5], '@v', ${newVersion('ARGV[3]')}, '@p', ARGV[7]}
if ARGV[8] ~= '' then
  set[#set + 1] = '@a'
  set[#set + 1] = ARGV[8]
end
redis.call('HSET', key, unpack(set))
return {'applied', now}
`;
