import { PRELUDE, REQUIRE_IN_TIME } from './prelude.js';

/** The index lives on for a while where no app runs, and not for ever. ARGV: 4 ms. */
const KEEP = `
if redis.call('PTTL', key) < tonumber(ARGV[4]) then redis.call('PEXPIRE', key, ARGV[4]) end
return {'applied', now}
`;

/** Adds a session to a bucket of the index of ends. ARGV: 1 member, 2 deadline, 3 ms until its end, 4 ms to keep the bucket. */
export const EXPIRY_ADD_SCRIPT: string = `${PRELUDE}${REQUIRE_IN_TIME}
redis.call('ZADD', key, string.format('%.0f', now + tonumber(ARGV[3])), ARGV[1])
${KEEP}`;

/** Notes whose a session is, beside its bucket. ARGV: 1 member, 2 deadline, 3 note, 4 ms to keep the notes. */
export const EXPIRY_NOTE_SCRIPT: string = `${PRELUDE}${REQUIRE_IN_TIME}
redis.call('HSET', key, ARGV[1], ARGV[3])
${KEEP}`;

/**
 * Takes sessions whose end has come: exactly one caller is given each, until its lease is over. ARGV: 1 how many, 2 deadline, 3
 * lease in ms. The end of the lease has a half millisecond, by which it is told from an end.
 */
export const EXPIRY_TAKE_SCRIPT: string = `${PRELUDE}${REQUIRE_IN_TIME}
local due = redis.call('ZRANGEBYSCORE', key, '-inf', now, 'WITHSCORES', 'LIMIT', 0, ARGV[1])
if #due > 0 then
  local lease = string.format('%.1f', now + tonumber(ARGV[3]) + 0.5)
  local set = {}
  for n = 1, #due, 2 do
    set[#set + 1] = lease
    set[#set + 1] = due[n]
  end
  redis.call('ZADD', key, 'XX', unpack(set))
end
local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
return {'applied', now, due, first[2] or ''}
`;
