import { ALLOW_OOM, REQUIRE_IN_TIME } from './prelude.js';
import { RECORD_PRELUDE } from './record-prelude.js';

/**
 * Removes a user record. For 60 s the operation and its answer stay, so that a repeated sending does not end later logins, and when its
 * fields were removed.
 */
export const RECORD_FORGET_SCRIPT: string = `${ALLOW_OOM}${RECORD_PRELUDE}
if answered then return {'applied', now, answered, {}, written_as('d', nil)} end
${REQUIRE_IN_TIME}
if #entries == 0 and #words == 0 and not next(field) then return {'absent', now, {}, {}} end
local struck, ended = {}, {}
for n = 1, #entries do struck[n] = entries[n].name end
for n = 1, #words do ended[n] = words[n].name end
local at = now
for _, time in pairs(written) do at = math.max(at, time + 1) end
for _, of in ipairs({'r', 'x', 'd'}) do write(of, nil, at) end
field, words, removed, log = {}, {}, {}, {}
-- The key stays throughout: in a slot that is being moved a node that has removed one refuses to make it again.
for i = 1, #all, 2 do
  if all[i] ~= 'o' then removed[#removed + 1] = all[i] end
end
finish({}, struck)
return {'applied', now, struck, ended, at}
`;
