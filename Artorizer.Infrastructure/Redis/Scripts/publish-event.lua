-- Stores an event and tells the listeners; one of a job that is not there is told only. Arguments: id, event.
-- Returns its number; 0 where nothing is known of the job, and whoever listens counts on.
local id, event = ARGV[2], ARGV[3]
pass_full_memory()
if redis.call('EXISTS', job_of(id)) == 1 then return append(id, event) end
local sequence = 0
if redis.call('EXISTS', gone(id)) == 1 then sequence = redis.call('INCR', gone(id)) end
publish(id, sequence, event)
return sequence
