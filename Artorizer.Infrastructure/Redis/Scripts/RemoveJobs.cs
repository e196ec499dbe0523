namespace Artorizer.Infrastructure.Redis.Scripts;

/// <summary>Removal of one job, and of those that finished long ago.</summary>
internal static class RemoveJobs
{
    /// <summary>Arguments: id, lifetime of the tombstone in ms. Returns the state that the job was in, or null if it was not there.</summary>
    public const string One = Prelude.Text + "return remove(ARGV[2], ARGV[3])";

    /// <summary>Arguments: score to stay below, most jobs, lifetime of the tombstones in ms. Returns the ids.</summary>
    public const string Finished = Prelude.Text +
        """
        local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])
        for _, id in ipairs(ids) do
            remove(id, ARGV[4])
            redis.call('ZREM', KEYS[1], id)
        end
        return ids
        """;
}
