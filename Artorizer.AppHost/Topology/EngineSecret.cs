namespace Artorizer.AppHost.Topology;

/// <summary>What the image engine asks for before it works, and who knows it.</summary>
internal static class EngineSecret
{
    private const int Length = 40;

    /// <summary>
    /// Gives published services a secret for the engine: without one it serves callers on its own machine only. On a developer's machine
    /// all are.
    /// </summary>
    /// <param name="engine">Asks for it.</param>
    /// <param name="callers">Know it.</param>
    public static void WithPublishedSecret(
        this IResourceBuilder<ProjectResource> engine, params ReadOnlySpan<IResourceBuilder<ProjectResource>> callers)
    {
        var builder = engine.ApplicationBuilder;
        if (!builder.ExecutionContext.IsPublishMode)
        {
            return;
        }

        var secret = builder.AddParameter("engine-secret", new GenerateParameterDefault { MinLength = Length, Special = false }, secret: true)
            .WithDescription("What the image engine asks router and workers for.");
        engine.WithEnvironment("Processor__Secret", secret);
        foreach (var caller in callers)
        {
            caller.WithEnvironment("Engine__Secret", secret);
        }
    }
}
