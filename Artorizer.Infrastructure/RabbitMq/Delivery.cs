using RabbitMQ.Client;

namespace Artorizer.Infrastructure.RabbitMq;

/// <summary>A message as the broker sent it, until it is settled on the channel that it came over.</summary>
internal sealed class Delivery(Reception reception, ulong tag, bool redelivered, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
{
    public bool IsOpen => reception.Session.IsOpen;

    public bool Redelivered => redelivered;

    public IReadOnlyBasicProperties Properties => properties;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary><see langword="false"/> if the channel is gone; the broker delivers the message again.</summary>
    public Task<bool> TryAcknowledgeAsync() => SettleAsync(channel => channel.BasicAckAsync(tag, multiple: false, CancellationToken.None));

    /// <summary>Gives it back to the broker as it is. <see langword="false"/> if the channel is gone, which does the same.</summary>
    public Task<bool> TryRequeueAsync() =>
        SettleAsync(channel => channel.BasicNackAsync(tag, multiple: false, requeue: true, CancellationToken.None));

    private async Task<bool> SettleAsync(Func<IChannel, ValueTask> settle)
    {
        try
        {
            if (!IsOpen)
            {
                return false;
            }

            await settle(reception.Session.Channel);
            return true;
        }
        catch (Exception e) when (BrokerErrors.IsLoss(e, CancellationToken.None))
        {
            return false;
        }
        finally
        {
            reception.Settled();
        }
    }
}
