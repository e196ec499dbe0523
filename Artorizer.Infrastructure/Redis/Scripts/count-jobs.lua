-- How many entries each of the indices has that the keys name.
local counts = {}
for i, index in ipairs(KEYS) do counts[i] = redis.call('ZCARD', index) end
return counts
