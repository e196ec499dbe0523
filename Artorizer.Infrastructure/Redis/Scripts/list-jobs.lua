-- Part of a listing, newest first, of the indices that the keys name. Arguments: score to stay below, most jobs, most entries
-- to look at, type or nothing, way or nothing, most bytes of data and results, whether the first job may be larger.
-- Returns the task id of the last entry that was looked at, or 0 if there are no more, the jobs, and 1 if the next is too large.
local before, wanted, most, kind, via = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6]
local room, first = tonumber(ARGV[7]), ARGV[8] == '1'
local entries = {}
local complete = true
for _, index in ipairs(KEYS) do
    local found = redis.call('ZREVRANGEBYSCORE', index, '(' .. before, '-inf', 'WITHSCORES', 'LIMIT', 0, most)
    if #found == 2 * most then complete = false end
    for i = 1, #found, 2 do entries[#entries + 1] = {found[i], tonumber(found[i + 1])} end
end
if #KEYS > 1 then table.sort(entries, function(a, b) return a[2] > b[2] end) end

local jobs, last = {}, 0
for place, entry in ipairs(entries) do
    if place > most then return {last, jobs, 0} end
    last = entry[2]
    local matches = true
    if kind ~= '' or via ~= '' then
        local has = redis.call('HMGET', job_of(entry[1]), 'y', 'w')
        matches = (kind == '' or has[1] == kind) and (via == '' or has[2] == via)
    end
    if matches then
        local key = job_of(entry[1])
        room = room - redis.call('HSTRLEN', key, 'd') - redis.call('HSTRLEN', key, 'r')
        if room < 0 and not first then return {last, jobs, 1} end
    end
    local job = matches and read(entry[1])
    if job then
        first = false
        jobs[#jobs + 1] = job
        if #jobs == wanted then return {last, jobs, 0} end
    end
end
return {complete and 0 or last, jobs, 0}
