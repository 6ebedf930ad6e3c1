/**
 * Common beginning of the scripts on a user record, and what they end with. ARGV: 1 the session concerned ('' none), 2
 * deadline (ms, Redis' clock), 3 operation id.
 *
 * A record is a hash: `r`, `x`, `d` (sealed texts), `o` (ids of recent writes, 24 characters each: id and until when it is
 * remembered), and for each session `s:selector`: `created end ...`, or `!reason end operation` for an hour after it was struck
 * off.
 */
export const RECORD_PRELUDE = `
local key = KEYS[1]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local field, entries, words, log = {}, {}, {}, ''
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
  local name, text = all[i], all[i + 1]
  if string.sub(name, 1, 2) == 's:' then
    local selector = string.sub(name, 3)
    local created, till = string.match(text, '^(%d+) (%d+) ')
    if created then
      entries[#entries + 1] = {name = selector, created = tonumber(created), till = tonumber(till), text = text}
    else
      local reason, kept, op = string.match(text, '^!(%l+) (%d+) (.*)$')
      words[#words + 1] = {name = selector, reason = reason, till = tonumber(kept) or 0, op = op}
    end
  elseif name == 'o' then log = text
  else field[name] = text end
end
local log_kept, applied_before = {}, false
for at = 1, #log, 24 do
  if string.sub(log, at, at + 10) == ARGV[3] then applied_before = true end
  if tonumber(string.sub(log, at + 11, at + 23)) >= now then
    log_kept[#log_kept + 1] = string.sub(log, at, at + 23)
  end
end

local set, removed = {}, {}
local function put(name, text) set[#set + 1] = name; set[#set + 1] = text end
local function strike(entry, reason)
  if reason == '' then removed[#removed + 1] = 's:' .. entry.name return end
  local till = math.min(entry.till, now + 3600000)
  local text = '!' .. reason .. ' ' .. string.format('%.0f', till) .. ' ' .. ARGV[3]
  words[#words + 1] = {name = entry.name, till = till, text = text}
end
-- Writes what was noted, drops what is past, and sets when the record goes. Of words the 64 that last longest are kept.
local function finish(stay)
  table.sort(words, function(a, b) return a.till > b.till end)
  local last = now + 60000
  for n = 1, #words do
    local word = words[n]
    if n > 64 or word.till <= now then removed[#removed + 1] = 's:' .. word.name
    else
      if word.text then put('s:' .. word.name, word.text) end
      if word.till > last then last = word.till end
    end
  end
  for n = 1, #stay do if stay[n].till > last then last = stay[n].till end end
  log_kept[#log_kept + 1] = ARGV[3] .. string.format('%013.0f', tonumber(ARGV[2]) + 1000)
  put('o', table.concat(log_kept))
  for from = 1, #removed, 1000 do
    redis.call('HDEL', key, unpack(removed, from, math.min(from + 999, #removed)))
  end
  redis.call('HSET', key, unpack(set))
  if field['d'] then redis.call('PERSIST', key)
  else redis.call('PEXPIREAT', key, string.format('%.0f', last)) end
end
`;
