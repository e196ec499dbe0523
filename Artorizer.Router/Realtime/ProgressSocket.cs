using System.Net.WebSockets;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Router.Errors;
using Artorizer.Router.Jobs;

namespace Artorizer.Router.Realtime;

/// <summary>A job's events over a WebSocket, one text message each, until the last; then the connection is closed with 1000.</summary>
internal static class ProgressSocket
{
    /// <exception cref="ApiException">The client sent something; nothing is expected of it.</exception>
    /// <exception cref="SocketClosedException">The client has gone.</exception>
    public static async Task RunAsync(
        SocketChannel channel, Job job, long after, IJobStore jobs, IJobEvents events, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var telling = TellAsync(channel, job, after, jobs, events, stop.Token);
        var listening = ListenAsync(channel, stop.Token);
        var first = await Task.WhenAny(telling, listening);
        await stop.CancelAsync();
        await Task.WhenAll(telling, listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
        await channel.CloseAsync(WebSocketCloseStatus.NormalClosure, "done");
    }

    private static async Task TellAsync(
        SocketChannel channel, Job job, long after, IJobStore jobs, IJobEvents events, CancellationToken cancellationToken)
    {
        await foreach (var next in JobEventFeed.ReadAsync(job, after, jobs, events, cancellationToken))
        {
            if (next is not null)
            {
                await channel.SendAsync(JobEventView.Of(next), ApiJsonContext.Default.JobEventView, cancellationToken);
            }
        }
    }

    // Only to notice that the client has gone; it has nothing to say.
    private static async Task ListenAsync(SocketChannel channel, CancellationToken cancellationToken)
    {
        await channel.TryReceiveAsync(Timeout.InfiniteTimeSpan, cancellationToken);
        throw ApiException.BadField("type", "nothing is expected here");
    }
}
