import { REQUIRE_IN_TIME } from './prelude.js';
import { RECORD_PRELUDE } from './record-prelude.js';

/** Sets fields of a user record that exists. ARGV: 4.. field, `+` or `-` (removes it), text in turn. */
export const RECORD_WRITE_SCRIPT: string = `${RECORD_PRELUDE}
if answered then return {'applied', now} end
${REQUIRE_IN_TIME}
if #entries == 0 and not field['d'] then return {'absent', now} end
for i = 4, #ARGV, 3 do
  if ARGV[i + 1] == '+' then
    field[ARGV[i]] = ARGV[i + 2]
    put(ARGV[i], ARGV[i + 2])
  else
    field[ARGV[i]] = nil
    removed[#removed + 1] = ARGV[i]
  end
end
finish(entries, {})
return {'applied', now}
`;
