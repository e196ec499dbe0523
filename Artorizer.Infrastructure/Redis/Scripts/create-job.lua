-- Stores a new job with its indices, its first event and its place in the outbox, unless there is one in its place.
-- Arguments: id, state, owner, SHA-256, idempotency key, score of completion, now, first event, SHA-256 of the wishes, whether it is
-- made although there is one like it, fields.
-- Returns 0, the task id and the id of the previous version, or 1 (same key), 2 (same bytes and wishes) or 3 (same id) and the job that
-- is there.
local id, status, owner, hash, key, completed, now, event, wishes, force = unpack(ARGV, 2, 11)
local same = read(id)
if same then return {3, same} end
if key ~= '' then
    local other = redis.call('GET', of_key(owner, key))
    local found = other and read(other)
    if found then return {1, found} end
end
local previous = ''
if hash ~= '' then
    -- A script holds everybody up: of a work with very many versions, the latest are looked at.
    local versions = redis.call('ZREVRANGE', of_content(owner, hash), 0, 99)
    previous = versions[1] or ''
    for _, other in ipairs(force == '1' and {} or versions) do
        if (redis.call('HGET', job_of(other), 'q') or '') == wishes then
            local found = read(other)
            if found then return {2, found} end
        end
    end
end
local task_id = redis.call('INCR', prefix .. ':last-task-id')
redis.call('HSET', job_of(id), 't', task_id, unpack(ARGV, 12))
if previous ~= '' then redis.call('HSET', job_of(id), 'p', previous) end
link(id, task_id, status, owner, hash, key, completed)
if status == QUEUED then
    append(id, event)
    redis.call('ZADD', prefix .. ':outbox', now, id)
end
return {0, task_id, previous}
