namespace Artorizer.AppHost.Topology;

/// <summary>What a service listens on.</summary>
internal static class ServiceEndpoints
{
    /// <summary>Answers 200 once a service has all that it needs.</summary>
    public const string ReadyPath = "/health/ready";

    /// <summary>
    /// Takes endpoints from this model alone. Those of launch profiles and of appsettings would be published, too, with a
    /// binding for https that nothing listens on.
    /// </summary>
    public static void FromModelOnly(ProjectResourceOptions options) => options.ExcludeKestrelEndpoints = true;

    /// <summary>Adds an endpoint for HTTP/1.1, WebSockets included.</summary>
    /// <param name="service">The service.</param>
    /// <param name="name">Name of the endpoint.</param>
    /// <param name="containerPort">The port inside a published container.</param>
    /// <param name="port">The port that callers use; chosen freely when <see langword="null"/>.</param>
    public static IResourceBuilder<ProjectResource> ListensToHttp(
        this IResourceBuilder<ProjectResource> service, [EndpointName] string name, int containerPort, int? port = null) =>
        service.WithKestrelEndpoint(name, "http", "Http1", containerPort, port);

    /// <summary>Adds an endpoint for HTTP/2 alone: without TLS there is nothing to negotiate by.</summary>
    /// <param name="service">The service.</param>
    /// <param name="name">Name of the endpoint.</param>
    /// <param name="containerPort">The port inside a published container.</param>
    /// <param name="port">The port that callers use; chosen freely when <see langword="null"/>.</param>
    public static IResourceBuilder<ProjectResource> ListensToGrpc(
        this IResourceBuilder<ProjectResource> service, [EndpointName] string name, int containerPort, int? port = null) =>
        service.WithKestrelEndpoint(name, "http2", "Http2", containerPort, port);

    private static IResourceBuilder<ProjectResource> WithKestrelEndpoint(
        this IResourceBuilder<ProjectResource> service, string name, string transport, string protocols, int containerPort, int? port)
    {
        // Replicas on one machine each need a port of their own, so that only containers get a fixed one.
        var publishes = service.ApplicationBuilder.ExecutionContext.IsPublishMode;
        service.WithHttpEndpoint(port, publishes ? containerPort : null, name);
        service.WithEndpoint(name, endpoint => endpoint.Transport = transport);

        var targetPort = service.GetEndpoint(name).Property(EndpointProperty.TargetPort);
        var url = publishes ? ReferenceExpression.Create($"http://*:{targetPort}") : ReferenceExpression.Create($"http://localhost:{targetPort}");
        return service
            .WithEnvironment($"Kestrel__Endpoints__{name}__Url", url)
            .WithEnvironment($"Kestrel__Endpoints__{name}__Protocols", protocols)
            // ASPNETCORE_URLS and the like cannot tell the protocols apart.
            .WithEndpointsInEnvironment(static _ => false);
    }
}
