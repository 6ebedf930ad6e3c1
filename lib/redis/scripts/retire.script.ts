import { ALLOW_OOM, PRELUDE, REPLACE_WITH, REQUIRE_IN_TIME, REQUIRE_LIVE } from './prelude.js';

/**
 * Removes a session in favour of another and hands back the texts of the named fields. They stay with the tombstone for 60 s, for
 * a sending that is repeated, and for a second login that began with the same session and token. ARGV: 4 reason, then the fields.
 */
export const RETIRE_SCRIPT: string = `${ALLOW_OOM}${PRELUDE}
local names, texts = {}, {}
for i = 5, #ARGV do names[#names + 1] = ARGV[i] end
local ended = redis.call('HMGET', key, '@x', '@d')
if ended[1] == ARGV[4] and ended[2] == ARGV[1] then
  local kept = {}
  for n = 1, #names do kept[n] = '@=' .. names[n] end
  if #kept > 0 then texts = redis.call('HMGET', key, unpack(kept)) end
  return {'applied', now, texts}
end
${REQUIRE_LIVE}${REQUIRE_IN_TIME}${REPLACE_WITH}
if #names > 0 then texts = redis.call('HMGET', key, unpack(names)) end
local set = {'@x', ARGV[4], '@d', ARGV[1], '@v', ARGV[3]}
for n = 1, #names do
  if texts[n] then
    set[#set + 1] = '@=' .. names[n]
    set[#set + 1] = texts[n]
  end
end
replace_with(set)
return {'applied', now, texts}
`;
