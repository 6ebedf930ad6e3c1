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
 * Replaces the secret at once: same key, no RENAME. ARGV: 4 new digest, 5 '1' where the user has just shown who they are ('' not),
 * then field and text in turn of the library's own fields that go with it.
 * Answers when the secret was made, which never goes back, as a clock may after a failover.
 * A return is noted here, as the touch that would is not waited for and could come later.
 */
export const ROTATE_SCRIPT: string = `${PRELUDE}
${ANSWER_IF_MADE}${REQUIRE_LIVE}${REQUIRE_IN_TIME}
local set = {}
local returns = away and now - touched >= away
if returns then ${NOTE_USE} end
if away and ARGV[5] == '1' then
  set[#set + 1] = '@k'
  set[#set + 1] = string.format('%.0f 0', away)
end
for _, text in ipairs({'@s', ARGV[4], '@v', ${newVersion('ARGV[3]')}, '@p', string.format('- %.0f 0', ${MADE_AT})}) do set[#set + 1] = text end
for i = 6, #ARGV do set[#set + 1] = ARGV[i] end
redis.call('HSET', key, unpack(set))
if returns then ${MOVE_END} end
return {'applied', now, ${MADE_AT}}
`;
