using System.ComponentModel.DataAnnotations;

namespace Artorizer.Worker.Tasks;

/// <summary>Waits for <c>{"ms": 0..3600000}</c>; for trying out queues and load.</summary>
internal sealed class SleepHandler(TimeProvider time) : TaskHandler<SleepHandler.Input, object?>
{
    private const int MaxMilliseconds = 3_600_000;

    protected override async Task<object?> HandleAsync(Input input, TaskContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(input.Ms), time, cancellationToken);
        return null;
    }

    internal sealed record Input([Range(0, MaxMilliseconds)] int Ms);
}
