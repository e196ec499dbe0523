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
    /// <param name="port">The port that callers on this machine use; chosen freely when <see langword="null"/>.</param>
    public static IResourceBuilder<ProjectResource> ListensToHttp(
        this IResourceBuilder<ProjectResource> service, [EndpointName] string name, int containerPort, int? port = null) =>
        service.WithKestrelEndpoint(name, "http", "Http1", containerPort, port);

    /// <summary>Adds an endpoint for HTTP/2 alone: without TLS there is nothing to negotiate by.</summary>
    /// <param name="service">The service.</param>
    /// <param name="name">Name of the endpoint.</param>
    /// <param name="containerPort">The port inside a published container.</param>
    /// <param name="port">The port that callers on this machine use; chosen freely when <see langword="null"/>.</param>
    public static IResourceBuilder<ProjectResource> ListensToGrpc(
        this IResourceBuilder<ProjectResource> service, [EndpointName] string name, int containerPort, int? port = null) =>
        service.WithKestrelEndpoint(name, "http2", "Http2", containerPort, port);

    /// <summary>Has the single process listen on the ports of the settings, which it takes by its own options.</summary>
    public static IResourceBuilder<ProjectResource> ListensByOptions(this IResourceBuilder<ProjectResource> standalone, TopologySettings settings) => standalone
        .WithHttpEndpoint(settings.Port, name: "http", env: "Host__Port")
        .WithHttpEndpoint(settings.GrpcPort, name: "grpc", env: "Host__GrpcPort")
        .WithHttpEndpoint(name: "engine", env: "Host__ProcessorPort")
        .WithEndpoint("grpc", static endpoint => endpoint.Transport = "http2")
        .WithEndpoint("engine", static endpoint => endpoint.Transport = "http2")
        .WithEndpointsInEnvironment(static _ => false);

    /// <summary>Has the endpoints that clients use listen on the address of the settings. Published ones are a matter of their platform.</summary>
    public static IResourceBuilder<ProjectResource> ServesClientsAt(this IResourceBuilder<ProjectResource> service, TopologySettings settings)
    {
        if (service.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return service;
        }

        var host = settings.Address is "*" or "+" ? "0.0.0.0" : settings.Address;
        return service
            .WithEndpoint("http", endpoint => (endpoint.TargetHost, endpoint.IsExternal) = (host, true))
            .WithEndpoint("grpc", endpoint => endpoint.TargetHost = host);
    }

    private static IResourceBuilder<ProjectResource> WithKestrelEndpoint(
        this IResourceBuilder<ProjectResource> service, string name, string transport, string protocols, int containerPort, int? port)
    {
        // Replicas on one machine each need a port of their own, so that only containers get a fixed one.
        var publishes = service.ApplicationBuilder.ExecutionContext.IsPublishMode;
        // A cloud's gateway has ports of its own.
        service.WithHttpEndpoint(publishes ? null : port, publishes ? containerPort : null, name);
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
