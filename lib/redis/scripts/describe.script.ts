/** Times and field sizes without any content. */
export const DESCRIBE_SCRIPT: string = `
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return nil end
local own = redis.call('HMGET', KEYS[1], '@s', '@m', '@t')
if not own[1] then return nil end
local names = redis.call('HKEYS', KEYS[1])
local sizes = {}
for i = 1, #names do sizes[i] = redis.call('HSTRLEN', KEYS[1], names[i]) end
return {own[2], own[3], names, sizes}
`;
