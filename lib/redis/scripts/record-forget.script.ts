import { REQUIRE_IN_TIME } from './prelude.js';
import { RECORD_PRELUDE } from './record-prelude.js';

/** Removes a user record. For 60 s the operation's id stays, so that a repeated sending does not end later logins. */
export const RECORD_FORGET_SCRIPT: string = `${RECORD_PRELUDE}
if applied_before then return {'applied', now, {}} end
${REQUIRE_IN_TIME}
if #all == 0 then return {'absent', now, {}} end
local struck = {}
for n = 1, #entries do struck[#struck + 1] = entries[n].name end
redis.call('UNLINK', key)
redis.call('HSET', key, 'o', ARGV[3] .. string.format('%013.0f', tonumber(ARGV[2]) + 1000))
redis.call('PEXPIRE', key, 60000)
return {'applied', now, struck}
`;
