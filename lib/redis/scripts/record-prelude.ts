/**
 * Common beginning of the scripts on a user record, and what they end with. ARGV: 1 the session concerned ('' none), 2
 * deadline (ms, Redis' clock) and for how many ms after it the id is remembered (a space between), 3 operation id.
 *
 * A record is a hash: `r`, `x`, `d` (sealed texts), `w` (when each of the three was last written, or removed), `o` (recent writes, each with what it answered: id (11), until when it is
 * remembered (13), names with commas between, `;`), and for each session `s:selector`: `created end ...`, or `!reason end` for an
 * hour after it was struck off.
 */
export const RECORD_PRELUDE = `
local key = KEYS[1]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local deadline, longer = string.match(ARGV[2], '^(%d+) (%d+)$')
local field, entries, words, removed, log = {}, {}, {}, {}, {}
-- When r, x and d were last written: what is repeated after a failover must not undo what is newer.
local written, write_times = {}, false
-- What an earlier sending of this operation struck off; nil: there was none.
local answered
local function remember(item)
  if string.sub(item, 1, 11) == ARGV[3] then
    answered = {}
    for name in string.gmatch(string.sub(item, 25), '[^,]+') do answered[#answered + 1] = name end
  end
  if (tonumber(string.sub(item, 12, 24)) or 0) >= now then log[#log + 1] = item end
end
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
  local name, text = all[i], all[i + 1]
  if string.sub(name, 1, 2) == 's:' then
    local selector = string.sub(name, 3)
    local created, till = string.match(text, '^(%d+) (%d+) ')
    created, till = tonumber(created), tonumber(till or string.match(text, '^!%l+ (%d+)')) or 0
    if till <= now then removed[#removed + 1] = name
    elseif created then entries[#entries + 1] = {name = selector, created = created, till = till, text = text}
    else words[#words + 1] = {name = selector, till = till} end
  elseif name == 'o' then
    for item in string.gmatch(text, '[^;]+') do remember(item) end
  elseif name == 'w' then
    for of, at in string.gmatch(text, '(%l)(%d+)') do written[of] = tonumber(at) end
  else field[name] = text end
end

local set = {}
local function put(name, text) set[#set + 1] = name; set[#set + 1] = text end
-- Sets r, x or d, or removes it (text nil). A time never goes back, as a clock may after a failover.
local function write(name, text, at)
  field[name] = text
  if text then put(name, text) else removed[#removed + 1] = name end
  written[name] = at or math.max(now, (written[name] or 0) + 1)
  write_times = true
  return written[name]
end
-- When the field got this text (nil: was removed), for a repeated sending; 0: somebody has written it since.
local function written_as(name, text) return field[name] == text and written[name] or 0 end
local function strike(entry, reason)
  if reason == '' then removed[#removed + 1] = 's:' .. entry.name return end
  local till = math.min(entry.till, now + 3600000)
  words[#words + 1] = {name = entry.name, till = till, text = '!' .. reason .. ' ' .. string.format('%.0f', till)}
end
-- Writes what was noted, and sets when the record goes. Of words the 64 that last longest are kept.
local function finish(stay, answer)
  table.sort(words, function(a, b) return a.till > b.till end)
  local last = now + 60000
  for n = 1, #words do
    local word = words[n]
    if n > 64 then removed[#removed + 1] = 's:' .. word.name
    else
      if word.text then put('s:' .. word.name, word.text) end
      if word.till > last then last = word.till end
    end
  end
  for n = 1, #stay do if stay[n].till > last then last = stay[n].till end end
  log[#log + 1] = ARGV[3] .. string.format('%.0f', deadline + longer) .. table.concat(answer, ',')
  put('o', table.concat(log, ';'))
  if write_times then
    local times = ''
    for _, of in ipairs({'r', 'x', 'd'}) do
      if written[of] then times = times .. of .. string.format('%.0f', written[of]) end
    end
    put('w', times)
  end
  for from = 1, #removed, 1000 do
    redis.call('HDEL', key, unpack(removed, from, math.min(from + 999, #removed)))
  end
  redis.call('HSET', key, unpack(set))
  if field['d'] then redis.call('PERSIST', key)
  else redis.call('PEXPIREAT', key, string.format('%.0f', last)) end
end
`;
