import { PRELUDE, REQUIRE_IN_TIME } from './prelude.js';

/**
 * Stores a new session: the only way a session key comes into being.
 * ARGV: digest, deadline, operation id, idle ms, absolute ms, bytes, away ms ('' none), then field and text in turn.
 * The digest is of a random secret, so a key that holds it was made by an earlier sending of this operation.
 */
export const CREATE_SCRIPT: string = `${PRELUDE}
if redis.call('EXISTS', key) == 1 then
  local own = redis.call('HMGET', key, '@s', '@m', '@t')
  if own[1] == ARGV[1] then return {'applied', now, own[2], own[3]} end
  return {'ended', now, 'destroyed'}
end
${REQUIRE_IN_TIME}
local idle, absolute = tonumber(ARGV[4]), now + tonumber(ARGV[5])
local times = string.format('%.0f %.0f %.0f', now, absolute, idle)
local touched = string.format('%.0f', now)
local set = {'@s', ARGV[1], '@m', times, '@t', touched, '@v', ARGV[3], '@z', ARGV[6],
  '@o', ARGV[3] .. '001' .. string.format('%.0f', deadline + longer)}
if ARGV[7] ~= '' then
  set[#set + 1] = '@k'
  set[#set + 1] = ARGV[7] .. ' 0'
end
for i = 8, #ARGV do set[#set + 1] = ARGV[i] end
redis.call('HSET', key, unpack(set))
redis.call('PEXPIREAT', key, string.format('%.0f', math.min(now + idle, absolute)))
return {'applied', now, times, touched}
`;
