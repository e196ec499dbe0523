-- Arguments: score to stay below, how many to pass over, most jobs.
-- Returns how many entries were looked at, and the jobs.
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2], 'LIMIT', ARGV[3], ARGV[4])
local jobs = {}
for _, id in ipairs(ids) do
    local job = read(id)
    if job then jobs[#jobs + 1] = job end
end
return {#ids, jobs}
