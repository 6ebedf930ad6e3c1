import { ALLOW_OOM, REQUIRE_IN_TIME } from './prelude.js';
import { RECORD_PRELUDE } from './record-prelude.js';

/**
 * Strikes sessions off a user record. ARGV: 4 reason ('' leaves no word), 5 a selector that stays, 6 sealed text that disables the
 * user ('' not), then the selectors; none: all. Answers those struck off, and when the user was disabled (0: not).
 */
export const RECORD_STRIKE_SCRIPT: string = `${ALLOW_OOM}${RECORD_PRELUDE}
if answered then
  return {'applied', now, answered, ARGV[6] ~= '' and written_as('d', ARGV[6]) or 0}
end
${REQUIRE_IN_TIME}
local named = {}
for i = 7, #ARGV do named[ARGV[i]] = true end
local stay, struck = {}, {}
for n = 1, #entries do
  local entry = entries[n]
  if entry.name ~= ARGV[5] and (#ARGV == 6 or named[entry.name]) then
    strike(entry, ARGV[4])
    struck[#struck + 1] = entry.name
  else stay[#stay + 1] = entry end
end
if #struck == 0 and ARGV[6] == '' then return {'absent', now, {}} end
local disabled = 0
if ARGV[6] ~= '' then disabled = write('d', ARGV[6]) end
finish(stay, struck)
return {'applied', now, struck, disabled}
`;
