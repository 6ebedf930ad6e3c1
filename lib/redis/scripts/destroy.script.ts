import { ALLOW_OOM, PRELUDE, REPLACE_WITH, REQUIRE_IN_TIME, REQUIRE_LIVE } from './prelude.js';

/**
 * Removes the session and leaves word of it for 60 s, so that a request with the old token is told apart from one whose
 * session expired. ARGV: digest, deadline, operation id.
 */
export const DESTROY_SCRIPT: string = `${ALLOW_OOM}${PRELUDE}
local ended = redis.call('HMGET', key, '@x', '@v')
if ended[1] and ended[2] == ARGV[3] then return {'applied', now} end
${REQUIRE_LIVE}${REQUIRE_IN_TIME}${REPLACE_WITH}
replace_with({'@x', 'destroyed', '@v', ARGV[3]})
return {'applied', now}
`;
