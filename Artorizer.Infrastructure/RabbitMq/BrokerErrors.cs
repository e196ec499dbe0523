using System.Net.Sockets;
using RabbitMQ.Client.Exceptions;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>What the client library throws when the connection is or goes away.</summary>
internal static class BrokerErrors
{
    /// <summary>Whether the connection or channel was lost, or does not answer, rather than used wrongly.</summary>
    /// <param name="e">What the client threw.</param>
    /// <param name="cancellationToken">
    /// The caller's; once it is cancelled, a cancellation is the caller's own. The client cancels, unasked, what is not answered in time.
    /// </param>
    public static bool IsLoss(Exception e, CancellationToken cancellationToken) =>
        e is RabbitMQClientException or IOException or SocketException or ObjectDisposedException or TimeoutException
            or System.Threading.Channels.ChannelClosedException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
