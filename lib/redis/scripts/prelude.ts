import { GRACE_MS } from '../../core/secret-history.js';

/**
 * First line of scripts that take rights away, free memory or keep a session alive: they run also where Redis is over `maxmemory`, as
 * nobody could be logged out otherwise. What they add is small and has an end.
 */
export const ALLOW_OOM = '#!lua flags=allow-oom\n';

/** Beginning of all scripts. Replies start with a word and Redis' time, from which the caller learns the node's clock. */
export const CLOCK = `
local key = KEYS[1]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`;

/**
 * A version for the state of a session, in Lua: no other state of it has the same, not even what the same write makes of it a second time,
 * on a node that a failover has set back. Hence the microseconds beside a part of the write's id.
 * @param id Lua for the id
 */
export function newVersion(id: string): string {
  return `string.sub(${id}, 1, 5) .. t[2]`;
}

/**
 * Common beginning of the scripts that change a living session.
 * ARGV: 1 digest, 2 deadline (ms, Redis' clock) and for how many ms after it the id is remembered (a space between), 3 operation id.
 */
export const PRELUDE: string = `${CLOCK}
local deadline, longer = string.match(ARGV[2], '^(%d+) (%d+)$')
`;

/** Names of the library's own fields of the session that all scripts look at, in this order. */
export const OWN_NAMES = "'@s', '@m', '@t', '@p', '@k'";

/** Leaves unless the session whose fields were read lives and the secret fits, see {@link REQUIRE_LIVE}. */
export const REQUIRE_GOOD: string = `
local previous, made, used
if own[4] then previous, made, used = string.match(own[4], '^(%S+) (%d+) (%d+)$') end
used = tonumber(used) or 0
local is_newest = own[1] == ARGV[1]
if not is_newest and not (own[1] and previous == ARGV[1] and (used == 0 or now < used + ${GRACE_MS})) then
  return {'ended', now, own[1] and 'rotated' or redis.call('HMGET', key, '@x')[1] or 'expired'}
end
local absolute, idle = string.match(own[2] or '', '^%d+ (%d+) (%d+)$')
absolute, idle = tonumber(absolute), tonumber(idle)
if not absolute or now >= absolute then return {'ended', now, 'expired'} end
local away = own[5] and tonumber(string.match(own[5], '^(%d+) %d+$'))
local touched = tonumber(own[3]) or 0
local touch_due = now - touched >= math.min(idle, away or idle) / 10
`;

/** Adds to the list `set` what a use of the session writes. Text and no function: making one with all that it sees is what costs in Lua. */
export const NOTE_USE = `
if is_newest and previous and used == 0 then
  set[#set + 1] = '@p'
  set[#set + 1] = previous .. ' ' .. made .. string.format(' %.0f', now)
end
if touch_due then
  if away and now - touched >= away then
    set[#set + 1] = '@k'
    set[#set + 1] = string.format('%.0f %.0f', away, now)
  end
  touched = now
  set[#set + 1] = '@t'
  set[#set + 1] = now
end
`;

/** Sets the session's end where a use has moved it. */
export const MOVE_END = `
if touched == now then redis.call('PEXPIREAT', key, math.min(now + idle, absolute)) end
`;

/** When a secret that is made now was made: never before the last one, where a failover has set the clock back. */
export const MADE_AT = 'math.max(now, (tonumber(made) or 0) + 1)';

/**
 * Leaves unless the session lives and the secret fits: it is the newest, or the one before, which is good until 10 s after
 * the newest was first used.
 */
export const REQUIRE_LIVE: string = `
local own = redis.call('HMGET', key, ${OWN_NAMES})
${REQUIRE_GOOD}`;

/** Leaves if an earlier sending has made the secret ARGV[4], and says when. */
export const ANSWER_IF_MADE = `
local newest = redis.call('HMGET', key, '@s', '@p')
if newest[1] == ARGV[4] then
  return {'applied', now, tonumber(string.match(newest[2] or '', '^%S+ (%d+) ')) or now}
end
`;

/** Leaves if the caller has stopped waiting. Both times are cut to the millisecond, so an equal one may be late. */
export const REQUIRE_IN_TIME = `
if now >= tonumber(deadline) then return {'late', now} end
`;

/**
 * `replace_with` leaves nothing of the key but the fields given, for 60 s. The key itself stays throughout: in a slot that is being moved
 * a node that has removed one refuses to make it again.
 */
export const REPLACE_WITH = `
local function replace_with(set)
  local gone = {}
  for _, name in ipairs(redis.call('HKEYS', key)) do gone[name] = true end
  for n = 1, #set, 2 do gone[set[n]] = nil end
  local names = {}
  for name in pairs(gone) do names[#names + 1] = name end
  redis.call('HSET', key, unpack(set))
  for from = 1, #names, 1000 do
    redis.call('HDEL', key, unpack(names, from, math.min(from + 999, #names)))
  end
  redis.call('PEXPIRE', key, 60000)
end
`;
