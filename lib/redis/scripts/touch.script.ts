import {
  ALLOW_OOM,
  MOVE_END,
  NOTE_USE,
  PRELUDE,
  REQUIRE_IN_TIME,
  REQUIRE_LIVE,
} from './prelude.js';

/** Notes that the session is used: begins the idle time anew where a tenth of it has passed. ARGV: digest, deadline. */
export const TOUCH_SCRIPT: string = `${ALLOW_OOM}${PRELUDE}${REQUIRE_LIVE}${REQUIRE_IN_TIME}
local set = {}
${NOTE_USE}
if #set > 0 then redis.call('HSET', key, unpack(set)) end
${MOVE_END}
return {'applied', now}
`;
