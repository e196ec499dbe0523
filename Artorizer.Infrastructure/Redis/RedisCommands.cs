using Artorizer.Jobs;
using StackExchange.Redis;

namespace Artorizer.Infrastructure.Redis;

/// <summary>Commands with a limit on their time, whose errors are those of the stores. Nothing waits for a lost connection.</summary>
internal sealed class RedisCommands(IConnectionMultiplexer connection, RedisStoreOptions options, TimeProvider time)
{
    private const int ScriptAttempts = 3;

    public IConnectionMultiplexer Connection => connection;

    public RedisKeys Keys { get; } = new(options.KeyPrefix);

    /// <summary>Runs a script by its hash, or sends it where the server does not know it.</summary>
    /// <param name="script">Its text; the prefix of the keys becomes its first argument.</param>
    /// <param name="keys">Those that are known here.</param>
    /// <param name="arguments">What follows the prefix.</param>
    /// <param name="cancellationToken">Stops waiting; the script may run all the same.</param>
    /// <exception cref="StoreUnavailableException">Redis does not answer; the script may have run.</exception>
    /// <exception cref="Jobs.Objects.StorageFullException">Redis has no memory left; nothing was changed.</exception>
    public async Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        RedisValue[] values = [Keys.Prefix, .. arguments];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunAsync(database => database.ScriptEvaluateAsync(script, keys, values), cancellationToken);
            }
            catch (RedisServerException e) when (RedisErrors.IsUnknownScript(e) && attempt < ScriptAttempts)
            {
                // Nothing ran. The client has noticed that its scripts are gone, and sends this one with the next attempt.
            }
        }
    }

    /// <summary>Runs one command.</summary>
    /// <exception cref="StoreUnavailableException">Redis does not answer; the command may have run.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> command, CancellationToken cancellationToken)
    {
        // Clients of version 2 would hold the command back until there is a connection, or its time is up.
        if (!connection.IsConnected)
        {
            throw new StoreUnavailableException("There is no connection to Redis.");
        }

        try
        {
            return await command(connection.GetDatabase()).WaitAsync(options.OperationTimeout, time, cancellationToken);
        }
        catch (Exception e) when (RedisErrors.Translate(e, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }
}
