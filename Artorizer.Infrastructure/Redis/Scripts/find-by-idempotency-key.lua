-- The job for the idempotency key that the key names.
local id = redis.call('GET', KEYS[1])
return id and read(id)
