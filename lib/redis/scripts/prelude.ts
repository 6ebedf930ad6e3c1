/**
 * Common beginning of the scripts that change a living session.
 * ARGV: 1 digest, 2 deadline (ms, Redis' clock), 3 operation id.
 * Replies start with a word and Redis' time, from which the caller learns the node's clock.
 */
export const PRELUDE = `
local key = KEYS[1]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`;

/** Leaves unless the session lives and the secret fits. */
export const REQUIRE_LIVE = `
local own = redis.call('HMGET', key, '@s', '@x', '@m', '@t', '@o', '@z', '@f', '@n', '@a')
if own[1] ~= ARGV[1] then
  return {'ended', now, own[1] and 'rotated' or own[2] or 'expired'}
end
local absolute, idle = string.match(own[3] or '', '^%d+ (%d+) (%d+)$')
absolute, idle = tonumber(absolute), tonumber(idle)
if not absolute or now >= absolute then return {'ended', now, 'expired'} end
`;

/** Leaves if the caller has stopped waiting. Both times are cut to the millisecond, so an equal one may be late. */
export const REQUIRE_IN_TIME = `
if now >= tonumber(ARGV[2]) then return {'late', now} end
`;
