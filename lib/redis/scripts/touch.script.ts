import { PRELUDE, REQUIRE_IN_TIME, REQUIRE_LIVE } from './prelude.js';

/** Begins the idle time anew where a tenth of it has passed. ARGV: digest, deadline. */
export const TOUCH_SCRIPT: string = `${PRELUDE}${REQUIRE_LIVE}${REQUIRE_IN_TIME}
if now - (tonumber(own[4]) or 0) < idle / 10 then return {'applied', now} end
redis.call('HSET', key, '@t', string.format('%.0f', now))
redis.call('PEXPIREAT', key, string.format('%.0f', math.min(now + idle, absolute)))
return {'applied', now}
`;
