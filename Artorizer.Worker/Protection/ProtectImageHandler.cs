using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Jobs.Engine;
using Artorizer.Worker.Callbacks;
using Artorizer.Worker.Tasks;

namespace Artorizer.Worker.Protection;

/// <summary>Protects an image: hands the engine addresses to read from and write to, and passes its progress on.</summary>
internal sealed class ProtectImageHandler(ProtectionRunner runner, CallbackClient callbacks) : ITaskHandler
{
    public async Task<Payload> HandleAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = JsonSerializer.Deserialize(context.Data.Bytes.Span, ApiJsonContext.Default.ProtectionTask)
            ?? throw new JobFailedException(new JobError(JobErrorCodes.InvalidData, "The job has no data."), permanent: true);
        await using var progress = CallbackProgress.Start(callbacks, task, context.Attempt);
        var outcome = await runner.RunAsync(JobVia.Queue, task, context.Attempt, cancellationToken);
        return new Payload(Payload.Json, JsonSerializer.SerializeToUtf8Bytes(outcome, ApiJsonContext.Default.ProtectionOutcome));
    }
}
