using Artorizer.Contracts.Jobs;
using Artorizer.Jobs;
using Artorizer.Worker.Tasks;

namespace Artorizer.Examples.Tasks;

/// <summary>A handler as a class: its constructor takes services, and it reports how far it is.</summary>
internal sealed class CountWordsHandler(ILogger<CountWordsHandler> logger) : TaskHandler<string[], IReadOnlyDictionary<string, int>>
{
    protected override Task<IReadOnlyDictionary<string, int>> HandleAsync(string[] input, TaskContext context, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < input.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            context.ReportProgress(100 * i / input.Length, $"text {i + 1} of {input.Length}");
            foreach (var word in input[i].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }

        if (counts.Count == 0)
        {
            throw new JobFailedException(new JobError("no_words", "The texts have no words."), permanent: true);
        }

        logger.LogInformation("Counted {Words} words", counts.Count);
        return Task.FromResult<IReadOnlyDictionary<string, int>>(counts);
    }
}
