namespace Artorizer.Infrastructure.Redis.Scripts;

/// <summary>Events of jobs.</summary>
internal static class JobLog
{
    /// <summary>
    /// Stores an event and tells the listeners; one of a job that is not there is told only. Arguments: id, event. Returns
    /// its number; 0 where nothing is known of the job, and whoever listens counts on.
    /// </summary>
    public const string Publish = Prelude.Text +
        """
        local id, event = ARGV[2], ARGV[3]
        pass_full_memory()
        if redis.call('EXISTS', job_of(id)) == 1 then return append(id, event) end
        local sequence = 0
        if redis.call('EXISTS', gone(id)) == 1 then sequence = redis.call('INCR', gone(id)) end
        publish(id, sequence, event)
        return sequence
        """;

    /// <summary>Arguments: number after which to begin, most events. Returns whether the job is there, how many events it has, and the events.</summary>
    public const string Read =
        """
        local first = tonumber(ARGV[2])
        return {
            redis.call('EXISTS', KEYS[1]),
            redis.call('LLEN', KEYS[2]),
            redis.call('LRANGE', KEYS[2], first, first + ARGV[3] - 1)
        }
        """;

    /// <summary>How many events each of the logs has that the keys name.</summary>
    public const string Lengths =
        """
        local lengths = {}
        for i, log in ipairs(KEYS) do lengths[i] = redis.call('LLEN', log) end
        return lengths
        """;
}
