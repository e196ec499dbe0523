using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Artorizer.Examples.Tasks;

/// <summary>Handlers of one's own, from a line to a class.</summary>
internal static class ExampleTasks
{
    public static IServiceCollection AddExampleTasks(this IServiceCollection services)
    {
        services.AddSingleton<Outbox>();

        // By name, {"a": 2, "b": 3}, or by position, {"args": [2, 3]}.
        services.AddTaskHandler<Addition, double>("add", static (input, _, _) => Task.FromResult(input.A + input.B));

        // Services come from the attempt's scope. Written once per job, however often the job is delivered.
        services.AddTaskHandler<Email, SentEmail>("send_email", static async (email, context, cancellationToken) =>
            await context.Services.GetRequiredService<Outbox>().SendAsync(context.Job.Id, email, cancellationToken));

        // Any value is a result: null, numbers, text, lists, objects and bytes.
        services.AddTaskHandler<Portrait, Drawing>("draw", static (portrait, _, _) => Task.FromResult(Drawing.Of(portrait)));

        // Whatever a handler throws is tried again, with longer and longer pauses; JobFailedException can say that it is pointless.
        services.AddTaskHandler<Unreliable, string>("unreliable", static (input, context, _) => context.Job.Attempts > input.Failures
            ? Task.FromResult(string.Create(CultureInfo.InvariantCulture, $"done at attempt {context.Job.Attempts}"))
            : throw new InvalidOperationException("It did not work this time."));

        return services.AddTaskHandler<CountWordsHandler>("count_words");
    }

    internal sealed record Addition(double A, double B);

    internal sealed record Unreliable([Range(0, 100)] int Failures);
}
