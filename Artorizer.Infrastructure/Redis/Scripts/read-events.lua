-- Arguments: number after which to begin, most events. Returns whether the job is there, how many events it has, and the events.
local first = tonumber(ARGV[2])
return {
    redis.call('EXISTS', KEYS[1]),
    redis.call('LLEN', KEYS[2]),
    redis.call('LRANGE', KEYS[2], first, first + ARGV[3] - 1)
}
