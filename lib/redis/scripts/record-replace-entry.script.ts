import { PRELUDE, REQUIRE_IN_TIME } from './prelude.js';

/** Replaces a session's entry in a user record, if it is still the text given. ARGV: 1 selector, 4 old text, 5 new text. */
export const RECORD_REPLACE_ENTRY_SCRIPT: string = `${PRELUDE}
local is = redis.call('HGET', key, 's:' .. ARGV[1])
if is == ARGV[5] then return {'applied', now} end
${REQUIRE_IN_TIME}
if is ~= ARGV[4] then return {'absent', now} end
redis.call('HSET', key, 's:' .. ARGV[1], ARGV[5])
return {'applied', now}
`;
