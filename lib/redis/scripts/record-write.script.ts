import { ALLOW_OOM, REQUIRE_IN_TIME } from './prelude.js';
import { RECORD_PRELUDE } from './record-prelude.js';

/** Sets fields of a user record that exists. ARGV: 4.. field, `+` or `-` (removes it), text in turn. Answers when each was written. */
export const RECORD_WRITE_SCRIPT: string = `${ALLOW_OOM}${RECORD_PRELUDE}
local times = {}
if answered then
  for i = 4, #ARGV, 3 do
    times[#times + 1] = written_as(ARGV[i], ARGV[i + 1] == '+' and ARGV[i + 2] or nil)
  end
  return {'applied', now, times}
end
${REQUIRE_IN_TIME}
if #entries == 0 and not field['d'] then return {'absent', now} end
for i = 4, #ARGV, 3 do
  times[#times + 1] = write(ARGV[i], ARGV[i + 1] == '+' and ARGV[i + 2] or nil)
end
finish(entries, {})
return {'applied', now, times}
`;
