/**
 * A hash without the library's fields is what a foreign HSET on a dead session leaves: no session, and without an end. It is
 * given one, 60 s from now.
 */
export const BOUND_STRAY_SCRIPT: string = `
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return 0 end
if redis.call('HEXISTS', KEYS[1], '@s') == 1 or redis.call('PTTL', KEYS[1]) ~= -1 then return 0 end
return redis.call('PEXPIRE', KEYS[1], 60000)
`;
