import { CLOCK, newVersion, OWN_NAMES, REQUIRE_GOOD, REQUIRE_IN_TIME } from './prelude.js';

/**
 * Applies changes of fields: all, or none.
 * ARGV: digest; in one text, as each argument costs bytes of its own: deadline, how much longer the id is remembered, operation id,
 * attempt, max bytes, where a field may be new max fields, and `v` for who keeps a copy: the reply then says which version was replaced and
 * which was made; then three per change: check and field, base, text. Check is two
 * characters: what the field must be now (`*` anything, `-` absent, `=` the base, `#` a text with this sha1), and what it becomes
 * (`+` the text, `-` absent).
 * Ids of writes are kept for as long as they may come again. They are asked for first: what was applied stays so, also where another
 * request has replaced the secret since. Dropped are those at the front only, as they are nearly in order: a session that is written a
 * hundred times a second has hundreds, and a look at each would make each write dearer than the one before.
 */
export const COMMIT_SCRIPT: string = `${CLOCK}
local deadline, longer, id, attempt, most, most_fields, tells_versions =
  string.match(ARGV[2], '^(%d+) (%d+) (%S+) (%d+) (%d+) ?(%d*)(v?)$')
local names = {${OWN_NAMES}, '@v'}
local others = #names
for i = 3, #ARGV, 3 do names[#names + 1] = string.sub(ARGV[i], 3) end
local own = redis.call('HMGET', key, unpack(names))
local log = own[5] or ''
local at = string.find(log, id, 1, true)
while at and at % 27 ~= 1 do at = string.find(log, id, at + 1, true) end
if at then
  return {'applied', now, tonumber(string.sub(log, at + 11, at + 13)), tonumber(own[4])}
end
local kept = 1
while kept < #log and tonumber(string.sub(log, kept + 14, kept + 26)) < now do kept = kept + 27 end
${REQUIRE_GOOD}${REQUIRE_IN_TIME}
local staleNames, staleTexts = {}, {}
local set, removed = {}, {}
local grown, more = 0, 0
for n = others + 1, #names do
  local i = (n - others) * 3
  local check, base, text = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local must = string.sub(check, 1, 1)
  local is = own[n]
  local counts = (names[n] == '@f' or names[n] == '@n') and 0 or 1
  local fits = must == '*' or (must == '-' and not is) or (must == '=' and is == base)
    or (must == '#' and is and redis.sha1hex(is) == base)
  if not fits then
    staleNames[#staleNames + 1] = names[n]
    staleTexts[#staleTexts + 1] = is
  end
  if is then grown = grown - #names[n] - #is end
  if string.sub(check, 2, 2) == '+' then
    set[#set + 1] = names[n]
    set[#set + 1] = text
    grown = grown + #names[n] + #text
    if not is then more = more + counts end
  elseif is then
    removed[#removed + 1] = names[n]
    more = more - counts
  end
end
if #staleNames > 0 then return {'conflict', now, staleNames, staleTexts} end

local bytes = math.max(0, (tonumber(own[6]) or 0) + grown)
if grown > 0 and bytes > tonumber(most) then return {'too-large', now, 'session'} end
if more > 0 then
  local reserved = 6 + (own[7] and 1 or 0) + (own[8] and 1 or 0) + (own[9] and 1 or 0)
    + (own[10] and 1 or 0) + (own[11] and 1 or 0)
  if redis.call('HLEN', key) - reserved + more > tonumber(most_fields) then
    return {'too-large', now, 'fields'}
  end
end

local version = ${newVersion('id')}
set[#set + 1] = '@v'
set[#set + 1] = version
set[#set + 1] = '@o'
set[#set + 1] = string.sub(log, kept) .. id
  .. string.format('%03d%.0f', math.min(tonumber(attempt), 999), deadline + longer)
set[#set + 1] = '@z'
set[#set + 1] = string.format('%.0f', bytes)
use(set)
redis.call('HSET', key, unpack(set))
if #removed > 0 then redis.call('HDEL', key, unpack(removed)) end
move_end()
if tells_versions == 'v' then
  return {'applied', now, tonumber(attempt), touched, own[others], version}
end
return {'applied', now, tonumber(attempt), touched}
`;
