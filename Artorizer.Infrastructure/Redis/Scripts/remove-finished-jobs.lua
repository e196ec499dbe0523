-- Removes jobs that finished long ago. Arguments: score to stay below, most jobs, lifetime of the tombstones in ms.
-- Returns the ids.
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(ids) do
    remove(id, ARGV[4])
    redis.call('ZREM', KEYS[1], id)
end
return ids
