using System.Text.Json;
using Artorizer.Contracts.Jobs;
using Artorizer.Worker.Tasks;

namespace Artorizer.Worker.Callbacks;

/// <summary>Makes one queued call.</summary>
internal sealed class DeliverCallbackHandler(CallbackClient callbacks) : ITaskHandler
{
    public async Task<Payload> HandleAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var delivery = JsonSerializer.Deserialize(context.Data.Bytes.Span, CallbackJson.Default.CallbackDelivery)!;
        await callbacks.PostAsync(delivery, cancellationToken);
        return Payload.Null;
    }
}
