import { PRELUDE, REQUIRE_IN_TIME, REQUIRE_LIVE } from './prelude.js';

/** Replaces the secret: same key, no RENAME. ARGV: digest, deadline, operation id, new digest. */
export const ROTATE_SCRIPT: string = `${PRELUDE}
if redis.call('HGET', key, '@s') == ARGV[4] then return {'applied', now} end
${REQUIRE_LIVE}${REQUIRE_IN_TIME}
redis.call('HSET', key, '@s', ARGV[4], '@v', ARGV[3])
return {'applied', now}
`;
