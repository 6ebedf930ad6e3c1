import {
  CLOCK,
  MOVE_END,
  newVersion,
  NOTE_USE,
  OWN_NAMES,
  REQUIRE_GOOD,
  REQUIRE_IN_TIME,
} from './prelude.js';

/**
 * Applies changes of fields: all, or none.
 * ARGV: digest; in one text, as each argument costs bytes of its own: operation id and the attempt in three digits, deadline, how much
 * longer the id is remembered, max bytes, where a field may be new max fields, and `v` for who keeps a copy: the reply then says
 * which version was replaced and which was made; then three per change: check and field, base, text. Check is two
 * characters: what the field must be now (`*` anything, `-` absent, `=` the base, `#` a text with this sha1), and what it becomes
 * (`+` the text, `-` absent).
 * Ids of writes are kept for as long as they may come again. They are asked for first: what was applied stays so, also where another
 * request has replaced the secret since. Dropped are those at the front only, as they are nearly in order: a session that is written a
 * hundred times a second has hundreds, and a look at each would make each write dearer than the one before.
 * What is done here is most of what a small write costs Redis, each text that Lua makes more than each step it takes.
 */
export const COMMIT_SCRIPT: string = `${CLOCK}
local id, write = string.sub(ARGV[2], 1, 11), string.sub(ARGV[2], 1, 14)
local deadline, longer, most, most_fields, tells_versions =
  string.match(ARGV[2], '^(%d+) (%d+) (%d+) ?(%d*)(v?)$', 15)
local names = {${OWN_NAMES}, '@o', '@z'}
for i = 3, #ARGV, 3 do names[#names + 1] = string.sub(ARGV[i], 3) end
local last = #names
if tells_versions == 'v' then names[last + 1] = '@v' end
local own = redis.call('HMGET', key, unpack(names))
local log = own[6] or ''
local at = string.find(log, id, 1, true)
while at and at % 27 ~= 1 do at = string.find(log, id, at + 1, true) end
if at then
  return {'applied', now, tonumber(string.sub(log, at + 11, at + 13)), tonumber(own[3])}
end
local kept = 1
while kept < #log and tonumber(string.sub(log, kept + 14, kept + 26)) < now do kept = kept + 27 end
${REQUIRE_GOOD}${REQUIRE_IN_TIME}
local set, removed, stale_names, stale_texts = {}
local grown, more = 0, 0
for n = 8, last do
  local i = (n - 7) * 3
  local check, base, text = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local must = string.sub(check, 1, 1)
  local name, is = names[n], own[n]
  local counts = (name == '@f' or name == '@n') and 0 or 1
  local fits = must == '*' or (must == '-' and not is) or (must == '=' and is == base)
    or (must == '#' and is and redis.sha1hex(is) == base)
  if not fits then
    stale_names, stale_texts = stale_names or {}, stale_texts or {}
    stale_names[#stale_names + 1] = name
    stale_texts[#stale_texts + 1] = is
  end
  if is then grown = grown - #name - #is end
  if string.sub(check, 2, 2) == '+' then
    set[#set + 1] = name
    set[#set + 1] = text
    grown = grown + #name + #text
    if not is then more = more + counts end
  elseif is then
    removed = removed or {}
    removed[#removed + 1] = name
    more = more - counts
  end
end
if stale_names then return {'conflict', now, stale_names, stale_texts} end

local bytes = math.max(0, (tonumber(own[7]) or 0) + grown)
if grown > 0 and bytes > tonumber(most) then return {'too-large', now, 'session'} end
if more > 0 then
  local reserved = 6 + (own[4] and 1 or 0) + (own[5] and 1 or 0)
  for _, text in ipairs(redis.call('HMGET', key, '@f', '@n', '@a')) do
    if text then reserved = reserved + 1 end
  end
  if redis.call('HLEN', key) - reserved + more > tonumber(most_fields) then
    return {'too-large', now, 'fields'}
  end
end

local version = ${newVersion('id')}
set[#set + 1] = '@v'
set[#set + 1] = version
set[#set + 1] = '@o'
set[#set + 1] = string.sub(log, kept) .. write .. string.format('%.0f', deadline + longer)
if grown ~= 0 or not own[7] then
  set[#set + 1] = '@z'
  set[#set + 1] = bytes
end
${NOTE_USE}
redis.call('HSET', key, unpack(set))
if removed then redis.call('HDEL', key, unpack(removed)) end
${MOVE_END}
local attempt = tonumber(string.sub(write, 12))
if tells_versions == 'v' then
  return {'applied', now, attempt, touched, own[last + 1], version}
end
return {'applied', now, attempt, touched}
`;
