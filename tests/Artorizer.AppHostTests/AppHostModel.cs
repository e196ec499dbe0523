using Microsoft.Extensions.Logging.Abstractions;

namespace Artorizer.AppHostTests;

/// <summary>The topology as the AppHost builds it for a run, in one of its forms, of which nothing is started.</summary>
internal sealed class AppHostModel : IAsyncDisposable
{
    private readonly IDistributedApplicationTestingBuilder _builder;

    private AppHostModel(IDistributedApplicationTestingBuilder builder) => _builder = builder;

    public IReadOnlyCollection<IResource> Resources => [.. _builder.Resources];

    /// <summary>Builds the model.</summary>
    /// <param name="servers"><c>embedded</c>, <c>local</c> or <c>containers</c>.</param>
    /// <param name="args">Further settings.</param>
    public static async Task<AppHostModel> BuildAsync(string servers, params string[] args) =>
        new(await DistributedApplicationTestingBuilder.CreateAsync<Projects.Artorizer_AppHost>(
            [$"--Artorizer:Servers={servers}", .. args], TestContext.Current.CancellationToken));

    public IResource Get(string name) => _builder.Resources.Single(resource => resource.Name == name);

    public T Get<T>(string name)
        where T : IResource => Assert.IsAssignableFrom<T>(Get(name));

    public EndpointAnnotation Endpoint(string resource, string name) =>
        Get(resource).Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == name);

    public string[] Endpoints(string resource) =>
        [.. Get(resource).Annotations.OfType<EndpointAnnotation>().Select(static endpoint => endpoint.Name).Order(StringComparer.Ordinal)];

    /// <summary>What a resource waits for before it starts.</summary>
    public string[] Waits(string resource) =>
        [.. Get(resource).Annotations.OfType<WaitAnnotation>()
            .Where(static wait => wait.WaitType == WaitType.WaitUntilHealthy)
            .Select(static wait => wait.Resource.Name)
            .Distinct()
            .Order(StringComparer.Ordinal)];

    /// <summary>The health checks of a resource, without the names that Aspire makes of its own.</summary>
    public string[] HealthChecks(string resource) =>
        [.. Get(resource).Annotations.OfType<HealthCheckAnnotation>().Select(static check => check.Key).Order(StringComparer.Ordinal)];

    /// <summary>What a resource gets, with expressions in place of values that only a run has.</summary>
    public async Task<Dictionary<string, string>> EnvironmentAsync(string resource)
    {
        var configuration = await ExecutionConfigurationBuilder.Create(Get(resource))
            .WithEnvironmentVariablesConfig()
            .BuildAsync(
                new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish),
                NullLogger.Instance,
                TestContext.Current.CancellationToken);
        Assert.Null(configuration.Exception);
        return configuration.EnvironmentVariables.ToDictionary(static pair => pair.Key, static pair => pair.Value);
    }

    public ValueTask DisposeAsync() => _builder.DisposeAsync();
}
