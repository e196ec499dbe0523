using System.Net.Sockets;
using RabbitMQ.Client.Exceptions;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>What the client library throws when the connection is or goes away.</summary>
internal static class BrokerErrors
{
    /// <summary>Whether the connection or channel was lost, rather than used wrongly.</summary>
    public static bool IsLoss(Exception e) =>
        e is RabbitMQClientException or IOException or SocketException or ObjectDisposedException or TimeoutException
            or System.Threading.Channels.ChannelClosedException;
}
