import { REQUIRE_IN_TIME } from './prelude.js';
import { RECORD_PRELUDE } from './record-prelude.js';

/** Replaces a session's entry in a user record, if it is still the text given. ARGV: 1 selector, 4 old text, 5 new text. */
export const RECORD_REPLACE_ENTRY_SCRIPT: string = `${RECORD_PRELUDE}
if answered then return {'applied', now} end
${REQUIRE_IN_TIME}
for n = 1, #entries do
  if entries[n].name == ARGV[1] and entries[n].text == ARGV[4] then
    put('s:' .. ARGV[1], ARGV[5])
    entries[n].till = tonumber(string.match(ARGV[5], '^%d+ (%d+) '))
    finish(entries, {})
    return {'applied', now}
  end
end
return {'absent', now}
`;
