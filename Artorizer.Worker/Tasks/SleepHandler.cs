using System.Text.Json;
using Artorizer.Contracts.Jobs;
using Artorizer.Infrastructure.Jobs;

namespace Artorizer.Worker.Tasks;

/// <summary>Waits for <c>{"ms": 0..3600000}</c>; for trying out queues and load.</summary>
internal sealed class SleepHandler(TimeProvider time) : ITaskHandler
{
    private const int MaxMilliseconds = 3_600_000;

    public async Task<Payload> HandleAsync(TaskContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(Duration(context.Data), time, cancellationToken);
        return Payload.Null;
    }

    private static TimeSpan Duration(Payload data)
    {
        try
        {
            if (data.Format == Payload.Json)
            {
                using var json = JsonDocument.Parse(data.Bytes);
                if (json.RootElement.ValueKind == JsonValueKind.Object
                    && json.RootElement.TryGetProperty("ms", out var ms)
                    && ms.TryGetInt32(out var milliseconds)
                    && milliseconds is >= 0 and <= MaxMilliseconds)
                {
                    return TimeSpan.FromMilliseconds(milliseconds);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Invalid(e);
        }

        throw Invalid(null);
    }

    private static JobFailedException Invalid(Exception? cause) => new(
        new JobError(JobErrorCodes.InvalidData, $"sleep needs an object with ms, a whole number from 0 to {MaxMilliseconds}."), permanent: true, cause);
}
