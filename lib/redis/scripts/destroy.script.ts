import { ALLOW_OOM, PRELUDE, REQUIRE_IN_TIME, REQUIRE_LIVE } from './prelude.js';

/**
 * Removes the session and leaves word of it for 60 s, so that a request with the old token is told apart from one whose
 * session expired. Removing comes first: it is allowed when Redis is out of memory. ARGV: digest, deadline, operation id.
 */
export const DESTROY_SCRIPT: string = `${ALLOW_OOM}${PRELUDE}
local ended = redis.call('HMGET', key, '@x', '@v')
if ended[1] and ended[2] == ARGV[3] then return {'applied', now} end
${REQUIRE_LIVE}${REQUIRE_IN_TIME}
redis.call('UNLINK', key)
redis.call('HSET', key, '@x', 'destroyed', '@v', ARGV[3])
redis.call('PEXPIRE', key, 60000)
return {'applied', now}
`;
