using System.Net.Sockets;
using Artorizer.Jobs;
using Artorizer.Jobs.Objects;
using StackExchange.Redis;

namespace Artorizer.Infrastructure.Redis;

/// <summary>What the errors of client and server mean to the callers of a store.</summary>
internal static class RedisErrors
{
    // First words of a server's answers while it starts, fails over, is stuck in a script or cannot write its file.
    private static readonly string[] Passing =
        ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK", "BUSY", "MISCONF", "NOREPLICAS", "UNBLOCKED"];

    /// <summary>Whether the server does not know the script: it was restarted, or told to forget scripts.</summary>
    public static bool IsUnknownScript(RedisServerException exception) => exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal);

    /// <summary>The exception for callers; <see langword="null"/> where it is none of the server's or the network's.</summary>
    /// <param name="exception">What the client threw.</param>
    /// <param name="cancellationToken">The caller's; once it is cancelled, a cancellation is the caller's own.</param>
    public static Exception? Translate(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        // The client cancels commands whose time is up, or whose connection it gives up, without being asked to.
        OperationCanceledException when !cancellationToken.IsCancellationRequested
            => new StoreUnavailableException("Redis does not answer.", exception),

        // Of a connection that it is giving up, it fails the commands with whatever ended its own reading of the socket.
        IOException or SocketException => new StoreUnavailableException("Redis does not answer.", exception),
        InvalidOperationException and not ObjectDisposedException => new StoreUnavailableException("Redis does not answer.", exception),

        // RedisTimeoutException is a TimeoutException.
        RedisConnectionException or TimeoutException => new StoreUnavailableException("Redis does not answer.", exception),
        RedisServerException => TranslateAnswer(exception.Message, exception),

        // Thrown before anything is sent while the servers that answer are replicas: in the middle of a failover.
        RedisCommandException e when e.Message.Contains("cannot be issued to a", StringComparison.Ordinal)
            => new StoreUnavailableException("Redis has no primary server at the moment.", exception),
        _ => null,
    };

    /// <summary>The exception for an error that the server answered with.</summary>
    /// <param name="answer">What it said.</param>
    /// <param name="exception">The cause.</param>
    public static Exception? TranslateAnswer(string answer, Exception? exception) =>
        Is(answer, "OOM") ? new StorageFullException("Redis has no memory left.", exception!)
        : Passing.Any(word => Is(answer, word)) ? new StoreUnavailableException("Redis is not ready.", exception!)
        : null;

    // Servers before 7.0 wrap what goes wrong inside a script: "ERR Error running script … -OOM command not allowed …".
    private static bool Is(string answer, string word) =>
        answer.StartsWith(word + " ", StringComparison.Ordinal) || answer.Contains(" -" + word + " ", StringComparison.Ordinal);
}
