-- Stores a job again that was lost, and not deleted.
-- Arguments: id, task id, state, owner, SHA-256, idempotency key, score of completion, first event, fields.
-- Returns 0 and the task id; 1 and the job that is there; 2 if it was deleted.
local id, task_id, status, owner, hash, key, completed, event = unpack(ARGV, 2, 9)
local found = read(id)
if found then return {1, found} end
if redis.call('EXISTS', gone(id)) == 1 then return {2} end
task_id = tonumber(task_id)
local counter = prefix .. ':last-task-id'
if task_id < 1 or redis.call('ZCOUNT', prefix .. ':jobs', task_id, task_id) > 0 then
    task_id = redis.call('INCR', counter)
elseif task_id > tonumber(redis.call('GET', counter) or 0) then
    -- The counter was lost too; the number must not be given twice.
    redis.call('SET', counter, task_id)
end
redis.call('HSET', job_of(id), 't', task_id, unpack(ARGV, 10))
link(id, task_id, status, owner, hash, key, completed)
if status == QUEUED then append(id, event) end
return {0, task_id}
