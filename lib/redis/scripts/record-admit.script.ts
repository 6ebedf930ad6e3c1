import { REQUIRE_IN_TIME } from './prelude.js';
import { RECORD_PRELUDE } from './record-prelude.js';

/**
 * Lists a session in its user's record, within the limit.
 * ARGV: 4 entry, 5 most (-1 any number), 6 at the limit ('' find out, 'oldest', 'listed', 'nobody'), 7 replaced selector, 8
 * number of fields, then field and text in turn, 9.. number of dead and their selectors, then those to be evicted in order.
 * Answers for each field also when it was written, where that replaced another text; otherwise 0.
 */
export const RECORD_ADMIT_SCRIPT: string = `${RECORD_PRELUDE}
local changed = {}
local function admitted(evicted)
  return {'admitted', now, evicted, field['r'] or false, field['x'] or false, changed}
end
for n = 1, #entries do
  if entries[n].name == ARGV[1] then return admitted(answered or {}) end
end
if answered then return {'refused', now, 'withdrawn'} end
${REQUIRE_IN_TIME}
if field['d'] then return {'refused', now, 'disabled'} end

local at = 9
local texts = {}
for n = 1, tonumber(ARGV[8]) do
  texts[#texts + 1] = {ARGV[at], ARGV[at + 1]}
  at = at + 2
end
local gone = {}
local count = tonumber(ARGV[at])
for n = 1, count do gone[ARGV[at + n]] = true end
at = at + count + 1
local rank = {}
for i = at, #ARGV do rank[ARGV[i]] = i end

local stay = {}
for n = 1, #entries do
  local entry = entries[n]
  if entry.name == ARGV[7] then strike(entry, 'login')
  elseif gone[entry.name] then strike(entry, '')
  else stay[#stay + 1] = entry end
end
local most = tonumber(ARGV[5])
local evicted = {}
if most >= 0 and #stay >= most then
  if ARGV[6] == '' then
    local listed = {}
    for n = 1, #stay do listed[n] = stay[n].name end
    return {'full', now, listed}
  end
  if ARGV[6] == 'nobody' or most < 1 then return {'refused', now, 'limit'} end
  table.sort(stay, function(a, b)
    local ra, rb = rank[a.name] or math.huge, rank[b.name] or math.huge
    if ra ~= rb then return ra < rb end
    if a.created ~= b.created then return a.created < b.created end
    return a.name < b.name
  end)
  while #stay >= most do
    local entry = table.remove(stay, 1)
    strike(entry, 'evicted')
    evicted[#evicted + 1] = entry.name
  end
end
for n = 1, #texts do
  local name, text = texts[n][1], texts[n][2]
  changed[n] = 0
  if field[name] ~= text and (field[name] or written[name]) then changed[n] = write(name, text)
  else
    field[name] = text
    put(name, text)
  end
end
put('s:' .. ARGV[1], ARGV[4])
stay[#stay + 1] = {name = ARGV[1], till = tonumber(string.match(ARGV[4], '^%d+ (%d+) '))}
finish(stay, evicted)
return admitted(evicted)
`;
