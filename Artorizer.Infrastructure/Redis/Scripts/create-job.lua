-- Stores a new job with its indices, its first event and its place in the outbox, unless there is one in its place.
-- Arguments: id, state, owner, SHA-256, idempotency key, score of completion, now, first event, fields.
-- Returns 0 and the task id, or 1 (same key), 2 (same bytes) or 3 (same id) and the job that is there.
local id, status, owner, hash, key, completed, now, event = unpack(ARGV, 2, 9)
local same = read(id)
if same then return {3, same} end
if key ~= '' then
    local other = redis.call('GET', of_key(owner, key))
    local found = other and read(other)
    if found then return {1, found} end
end
if hash ~= '' then
    local other = redis.call('ZREVRANGE', of_content(owner, hash), 0, 0)[1]
    local found = other and read(other)
    if found then return {2, found} end
end
local task_id = redis.call('INCR', prefix .. ':last-task-id')
redis.call('HSET', job_of(id), 't', task_id, unpack(ARGV, 10))
link(id, task_id, status, owner, hash, key, completed)
if status == QUEUED then
    append(id, event)
    redis.call('ZADD', prefix .. ':outbox', now, id)
end
return {0, task_id}
