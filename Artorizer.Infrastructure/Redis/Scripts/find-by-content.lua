-- The latest unfailed job for the bytes that the key names.
local id = redis.call('ZREVRANGE', KEYS[1], 0, 0)[1]
return id and read(id)
