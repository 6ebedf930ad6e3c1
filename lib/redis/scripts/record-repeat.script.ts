import { ALLOW_OOM, REQUIRE_IN_TIME } from './prelude.js';
import { RECORD_PRELUDE } from './record-prelude.js';

/**
 * Does again on a user record what a failover may have undone, and nothing to what is newer.
 * ARGV: 4 '1' to write in any case, so that a replica can be waited for ('' not); number of fields, then of each its name, `+` or `-`
 * (removes it), text, and when it was written; number of entries, then of each its selector, number of texts it may still have, those, and
 * the text in their place; then reason and selector of those struck off, in turn.
 */
export const RECORD_REPEAT_SCRIPT: string = `${ALLOW_OOM}
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'hash' and kind ~= 'none' then
  local clock = redis.call('TIME')
  return {'absent', clock[1] * 1000 + math.floor(clock[2] / 1000), {}}
end
${RECORD_PRELUDE}${REQUIRE_IN_TIME}
local at = 4
local function take() at = at + 1 return ARGV[at] end
local changed = ARGV[4] == '1'
local disabled = false
for n = 1, tonumber(take()) do
  local name = take()
  local text = take() == '+'
  local given = take()
  local time = tonumber(take())
  if (written[name] or 0) < time then
    write(name, text and given or nil, time)
    disabled = disabled or (name == 'd' and text)
    changed = true
  end
end
local later = {}
for n = 1, tonumber(take()) do
  local name, from = take(), {}
  for m = 1, tonumber(take()) do from[take()] = true end
  later[name] = {from = from, to = take()}
end
local reasons = {}
while at < #ARGV do
  local reason = take()
  reasons[take()] = reason
end
local stay, struck = {}, {}
for n = 1, #entries do
  local entry = entries[n]
  -- Whoever came while the failover hid that the user was disabled goes too.
  local reason = reasons[entry.name] or (disabled and 'revoked')
  local newer = later[entry.name]
  if reason then
    strike(entry, reason)
    struck[#struck + 1] = entry.name
  else
    if newer and newer.from[entry.text] then
      put('s:' .. entry.name, newer.to)
      changed = true
    end
    stay[#stay + 1] = entry
  end
end
if #struck == 0 and not changed then return {'absent', now, {}} end
finish(stay, struck)
return {'applied', now, struck}
`;
