import { ALLOW_OOM, PRELUDE, REQUIRE_IN_TIME } from './prelude.js';

/** So many hints of one bucket are kept; the oldest go. */
const MOST = 10_000;

/**
 * Keeps hints for a while, scored by when they came. ARGV: 1 ms that a hint is kept, 2 deadline, 3 operation id, then hints. Sent again it does
 * the same again.
 */
export const HINT_SCRIPT: string = `${ALLOW_OOM}${PRELUDE}${REQUIRE_IN_TIME}
redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now - tonumber(ARGV[1])))
for n = 4, #ARGV do redis.call('ZADD', key, string.format('%.0f', now), ARGV[n]) end
redis.call('ZREMRANGEBYRANK', key, 0, -${MOST + 1})
redis.call('PEXPIRE', key, ARGV[1])
return {'applied', now}
`;
