import { ALLOW_OOM, PRELUDE, REQUIRE_IN_TIME, REQUIRE_LIVE } from './prelude.js';

/** Notes that the session is used: begins the idle time anew where a tenth of it has passed. ARGV: digest, deadline. */
export const TOUCH_SCRIPT: string = `${ALLOW_OOM}${PRELUDE}${REQUIRE_LIVE}${REQUIRE_IN_TIME}
local set = {}
use(set)
if #set > 0 then redis.call('HSET', key, unpack(set)) end
move_end()
return {'applied', now}
`;
