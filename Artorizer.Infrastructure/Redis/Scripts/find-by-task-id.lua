-- Argument: task id.
local id = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[2], ARGV[2], 'LIMIT', 0, 1)[1]
return id and read(id)
