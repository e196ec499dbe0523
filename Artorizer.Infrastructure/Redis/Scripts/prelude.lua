-- What every script on jobs begins with, after a line that sets FIELDS. A script is a transaction: what it reads does not change
-- before it has written, and Redis refuses its first write or none of them. Keys that depend on what is stored are named here;
-- all begin with the prefix, and so lie in the slot of the declared ones.

local prefix = ARGV[1]
local QUEUED, FAILED = '0', '3'

local function job_of(id) return prefix .. ':job:' .. id end
local function log_of(id) return prefix .. ':log:' .. id end
local function gone(id) return prefix .. ':gone:' .. id end
local function of_status(status) return prefix .. ':status:' .. status end
local function of_owner(status, owner) return prefix .. ':owner:' .. status .. ':' .. owner end
local function of_content(owner, hash) return prefix .. ':content:' .. hash .. ':' .. owner end
local function of_key(owner, key) return prefix .. ':idempotency:' .. #owner .. ':' .. owner .. ':' .. key end

-- The fields of a job in the order of FIELDS, or false, which arrives as a null.
local function read(id)
    local fields = redis.call('HMGET', job_of(id), unpack(FIELDS))
    return fields[1] and fields
end

-- Puts a job in the indices. Missing values are empty strings.
local function link(id, task_id, status, owner, hash, key, completed)
    redis.call('ZADD', prefix .. ':jobs', task_id, id)
    redis.call('ZADD', of_status(status), task_id, id)
    redis.call('ZADD', of_owner(status, owner), task_id, id)
    if hash ~= '' and status ~= FAILED then redis.call('ZADD', of_content(owner, hash), task_id, id) end
    if key ~= '' then redis.call('SET', of_key(owner, key), id, 'NX') end
    if completed ~= '' then redis.call('ZADD', prefix .. ':finished', completed, id) end
end

-- Takes a job out of the indices that depend on its values. Missing values are false.
local function unlink(id, status, owner, hash, key)
    redis.call('ZREM', of_status(status), id)
    redis.call('ZREM', of_owner(status, owner), id)
    redis.call('ZREM', prefix .. ':finished', id)
    if hash then redis.call('ZREM', of_content(owner, hash), id) end
    if key and redis.call('GET', of_key(owner, key)) == id then redis.call('DEL', of_key(owner, key)) end
end

-- Tells whoever listens: place among all events, number in the job, job, event.
local function publish(id, sequence, event)
    local message = redis.call('INCR', prefix .. ':published') .. ' ' .. sequence .. ' ' .. id .. ' ' .. event
    redis.call('PUBLISH', prefix .. ':events', message)
    redis.call('PUBLISH', prefix .. ':events:' .. id, message)
end

local function append(id, event)
    local sequence = redis.call('RPUSH', log_of(id), event)
    publish(id, sequence, event)
    return sequence
end

-- Redis asks for room before a script's first write only. One that begins with a removal passes: what is in hand can
-- be finished and old jobs can be deleted while no new ones are taken.
local function pass_full_memory() redis.call('ZREM', prefix .. ':outbox', '') end

-- The number of the last event outlives the job for a while, and tells that it was deleted and not lost. Returns the
-- status that the job had, or false.
local function remove(id, lifetime)
    local old = redis.call('HMGET', job_of(id), 's', 'o', 'h', 'k')
    if not old[1] then return false end
    local last = redis.call('LLEN', log_of(id))
    redis.call('UNLINK', job_of(id), log_of(id))
    unlink(id, old[1], old[2], old[3], old[4])
    redis.call('ZREM', prefix .. ':jobs', id)
    redis.call('ZREM', prefix .. ':outbox', id)
    redis.call('SET', gone(id), last, 'PX', lifetime)
    return old[1]
end
