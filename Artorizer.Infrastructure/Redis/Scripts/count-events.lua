-- How many events each of the logs has that the keys name.
local lengths = {}
for i, log in ipairs(KEYS) do lengths[i] = redis.call('LLEN', log) end
return lengths
