import {
  ANSWER_IF_MADE,
  MADE_AT,
  MOVE_END,
  newVersion,
  NOTE_USE,
  PRELUDE,
  REQUIRE_IN_TIME,
  REQUIRE_LIVE,
} from './prelude.js';

/**
 * Replaces the secret and leaves the old one its grace. ARGV: 4 new digest, 5 digest that must still be the newest. Where the
 * newest was never used its client may not have it: the one before it keeps its grace. A secret that has but its grace replaces nothing.
 * Answers when the secret was made.
 */
export const RENEW_SCRIPT: string = `${PRELUDE}
${ANSWER_IF_MADE}${REQUIRE_LIVE}${REQUIRE_IN_TIME}
if own[1] ~= ARGV[5] or not (is_newest or used == 0) then return {'kept', now} end
local set = {}
${NOTE_USE}
local before = is_newest and own[1] or previous
for _, text in ipairs({'@s', ARGV[4], '@v', ${newVersion('ARGV[3]')}, '@p', before .. string.format(' %.0f 0', ${MADE_AT})}) do set[#set + 1] = text end
redis.call('HSET', key, unpack(set))
${MOVE_END}
return {'applied', now, ${MADE_AT}}
`;
