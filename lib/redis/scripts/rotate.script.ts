import { PRELUDE, REQUIRE_IN_TIME, REQUIRE_LIVE } from './prelude.js';

/**
 * Replaces the secret: same key, no RENAME. ARGV: 4 new digest, then field and text in turn of the library's own fields that go
 * with it.
 */
export const ROTATE_SCRIPT: string = `${PRELUDE}
if redis.call('HGET', key, '@s') == ARGV[4] then return {'applied', now} end
${REQUIRE_LIVE}${REQUIRE_IN_TIME}
local set = {'@s', ARGV[4], '@v', ARGV[3]}
for i = 5, #ARGV do set[#set + 1] = ARGV[i] end
redis.call('HSET', key, unpack(set))
return {'applied', now}
`;
