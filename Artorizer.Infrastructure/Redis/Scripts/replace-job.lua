-- Replaces a job if its version is still the expected one.
-- Arguments: id, expected version, state, owner, SHA-256, idempotency key, score of completion, now, event for a redriven job,
-- digest of the data, whether the data and whether a result are among the fields, how many events follow, events, fields.
-- Returns the task id; 0 if another change came first; -1 if the data have changed and must be sent.
local id, version, status, owner, hash, key, completed, now, event, digest, with_data, with_result, told = unpack(ARGV, 2, 14)
local job = job_of(id)
local old = redis.call('HMGET', job, 'v', 's', 't', 'o', 'h', 'k', 'x', 'rf')
if old[1] ~= version then return 0 end
if old[7] ~= digest and with_data == '0' then return -1 end
local was, task_id = old[2], old[3]

pass_full_memory()
redis.call('HSET', job, unpack(ARGV, 15 + told))
if old[8] and with_result == '0' then redis.call('HDEL', job, 'rf', 'r') end
if was == status and old[4] == owner and (old[5] or '') == hash and (old[6] or '') == key then
    -- Most changes are of progress, and touch no index.
    if completed ~= '' then
        redis.call('ZADD', prefix .. ':finished', completed, id)
    elseif status >= '2' then
        redis.call('ZREM', prefix .. ':finished', id)
    end
else
    if hash == '' and old[5] then redis.call('HDEL', job, 'h') end
    if key == '' and old[6] then redis.call('HDEL', job, 'k') end
    unlink(id, was, old[4], old[5], old[6])
    link(id, task_id, status, owner, hash, key, completed)
end
if was == FAILED and status == QUEUED then
    append(id, event)
    redis.call('ZADD', prefix .. ':outbox', now, id)
end
for i = 15, 14 + told do append(id, ARGV[i]) end
return tonumber(task_id)
