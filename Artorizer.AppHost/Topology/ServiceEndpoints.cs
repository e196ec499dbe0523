namespace Artorizer.AppHost.Topology;

/// <summary>What a service listens on.</summary>
internal static class ServiceEndpoints
{
    /// <summary>Answers 200 once a service has all that it needs.</summary>
    public const string ReadyPath = "/health/ready";

    private const string Localhost = "localhost";

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
    /// <param name="address">Where callers reach it: <c>localhost</c>, an IP address, or <c>*</c> for all.</param>
    public static IResourceBuilder<ProjectResource> ListensToHttp(
        this IResourceBuilder<ProjectResource> service,
        [EndpointName] string name,
        int containerPort,
        int? port = null,
        string address = Localhost) =>
        service.WithKestrelEndpoint(name, "http", "Http1", containerPort, port, address);

    /// <summary>Adds an endpoint for HTTP/2 alone: without TLS there is nothing to negotiate by.</summary>
    /// <inheritdoc cref="ListensToHttp" path="/param"/>
    public static IResourceBuilder<ProjectResource> ListensToGrpc(
        this IResourceBuilder<ProjectResource> service,
        [EndpointName] string name,
        int containerPort,
        int? port = null,
        string address = Localhost) =>
        service.WithKestrelEndpoint(name, "http2", "Http2", containerPort, port, address);

    /// <summary>Has the single process listen where the settings say, which it takes by options of its own.</summary>
    public static IResourceBuilder<ProjectResource> ListensByOptions(
        this IResourceBuilder<ProjectResource> standalone, TopologySettings settings) => standalone
        .WithHttpEndpoint(settings.Port, name: "http", env: "Host__Port")
        .WithHttpEndpoint(settings.GrpcPort, name: "grpc", env: "Host__GrpcPort")
        .WithHttpEndpoint(name: "engine", env: "Host__ProcessorPort")
        .ServesClientsAt("http", settings.Address)
        .ServesClientsAt("grpc", settings.Address)
        .WithEndpoint("grpc", static endpoint => endpoint.Transport = "http2")
        .WithEndpoint("engine", static endpoint => endpoint.Transport = "http2")
        .WithEndpoint("http", static endpoint => endpoint.IsExternal = true)
        .WithEnvironment("Host__Address", settings.Address)
        .WithEndpointsInEnvironment(static _ => false);

    private static IResourceBuilder<ProjectResource> WithKestrelEndpoint(
        this IResourceBuilder<ProjectResource> service, string name, string transport, string protocols, int containerPort, int? port, string address)
    {
        // Replicas on one machine each need a port of their own, so that only containers get a fixed one; a cloud's gateway has
        // ports of its own, too.
        var publishes = service.ApplicationBuilder.ExecutionContext.IsPublishMode;
        service.WithHttpEndpoint(publishes ? null : port, publishes ? containerPort : null, name);
        service.WithEndpoint(name, endpoint => endpoint.Transport = transport);
        if (!publishes)
        {
            service.ServesClientsAt(name, address);
        }

        var targetPort = service.GetEndpoint(name).Property(EndpointProperty.TargetPort);
        var url = publishes ? ReferenceExpression.Create($"http://*:{targetPort}") : ReferenceExpression.Create($"http://{address}:{targetPort}");
        return service
            .WithEnvironment($"Kestrel__Endpoints__{name}__Url", url)
            .WithEnvironment($"Kestrel__Endpoints__{name}__Protocols", protocols)
            // ASPNETCORE_URLS and the like cannot tell the protocols apart.
            .WithEndpointsInEnvironment(static _ => false);
    }

    // The orchestrator's proxy would make every caller one of this machine, whom the router serves without a key. So where
    // others are let in, the service listens by itself, which one process can do.
    private static IResourceBuilder<ProjectResource> ServesClientsAt(this IResourceBuilder<ProjectResource> service, string name, string address) =>
        address == Localhost ? service : service.WithEndpoint(name, endpoint =>
        {
            endpoint.IsProxied = false;
            endpoint.TargetPort = endpoint.Port;
            endpoint.TargetHost = address is "*" or "+" ? "0.0.0.0" : address;
        });
}
