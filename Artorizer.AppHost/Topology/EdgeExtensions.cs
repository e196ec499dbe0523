namespace Artorizer.AppHost.Topology;

/// <summary>What the router alone has.</summary>
internal static class RouterExtensions
{
    private const int KeyLength = 40;

    /// <summary>
    /// Gives a published router an API key: without one it serves callers on its own machine only, and in a container
    /// there are none. Runs on a developer's machine need no key.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithPublishedApiKey(this IResourceBuilder<ProjectResource> router)
    {
        var builder = router.ApplicationBuilder;
        if (!builder.ExecutionContext.IsPublishMode)
        {
            return router;
        }

        var key = builder.AddParameter("api-key", new GenerateParameterDefault { MinLength = KeyLength, Special = false }, secret: true)
            .WithDescription("The API key of the owner 'default'. Send it as 'Authorization: Bearer KEY'.");
        return router
            .WithEnvironment("ApiKeys__Keys__0__Owner", "default")
            .WithEnvironment("ApiKeys__Keys__0__Key", key);
    }

    /// <summary>
    /// Keeps a published router from giving clients addresses of the object storage, which is for the services alone. Where
    /// it gets an address of its own, set <c>DirectAccess__Enabled</c> and <c>S3__PublicEndpoint</c>.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithoutPublishedStorage(this IResourceBuilder<ProjectResource> router) =>
        router.ApplicationBuilder.ExecutionContext.IsPublishMode ? router.WithEnvironment("DirectAccess__Enabled", "false") : router;

    /// <summary>Names the router's addresses on the dashboard, and adds that of the API's description.</summary>
    public static IResourceBuilder<ProjectResource> WithLinks(this IResourceBuilder<ProjectResource> router) => router
        .WithUrlForEndpoint("http", static url => url.DisplayText = "Web page")
        .WithUrlForEndpoint("http", static _ => new ResourceUrlAnnotation { Url = "/openapi/v1.json", DisplayText = "OpenAPI" })
        .WithUrlForEndpoint("grpc", static url => url.DisplayText = "gRPC");
}
