using System.ComponentModel.DataAnnotations;
using Artorizer.AppHost.Banner;
using Artorizer.AppHost.Topology;
using Artorizer.AppHost.Topology.Servers;

try
{
    var builder = DistributedApplication.CreateBuilder(args);
    var settings = TopologySettings.From(builder);
    if (settings.Servers == ServerKind.Embedded)
    {
        AddEmbedded(builder, settings);
    }
    else
    {
        AddDistributed(builder, settings);
    }

    await builder.Build().RunAsync();
    return 0;
}
catch (ValidationException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

// Router, image engine and worker in one process, on SQLite and files.
static void AddEmbedded(IDistributedApplicationBuilder builder, TopologySettings settings) => builder
    .AddProject<Projects.Artorizer_Standalone>("artorizer", ServiceEndpoints.FromModelOnly)
    .ListensByOptions(settings)
    .WithEnvironment("Host__Data", settings.Data)
    .WithHttpHealthCheck(ServiceEndpoints.ReadyPath, endpointName: "http")
    .WithLinks()
    .WithDashboardCommands()
    .WithBanner(settings);

// Each service as processes of its own, on servers that they share.
static void AddDistributed(IDistributedApplicationBuilder builder, TopologySettings settings)
{
    var servers = builder.AddSharedServers(settings);

    // The image engine holds no state and no credentials: it reads from and writes to addresses that it is given.
    var processor = builder.AddProject<Projects.Artorizer_Processor>("processor", ServiceEndpoints.FromModelOnly)
        .ListensToGrpc("grpc", containerPort: 8080)
        .ListensToHttp("http", containerPort: 8081)
        .WithHttpHealthCheck(ServiceEndpoints.ReadyPath, endpointName: "http")
        .WithReplicas(settings.Processors);

    var worker = builder.AddProject<Projects.Artorizer_Worker>("worker", ServiceEndpoints.FromModelOnly)
        .ListensToHttp("http", containerPort: 8080)
        .WithHttpHealthCheck(ServiceEndpoints.ReadyPath, endpointName: "http")
        .WithServers(servers)
        .WithReference(processor).WaitFor(processor)
        .WithReplicas(settings.Workers);

    // It takes jobs while no image engine runs, so it waits for none.
    var router = builder.AddProject<Projects.Artorizer_Router>("router", ServiceEndpoints.FromModelOnly)
        .ListensToHttp("http", containerPort: 8080, settings.Port, settings.Address)
        .ListensToGrpc("grpc", containerPort: 8081, settings.GrpcPort, settings.Address)
        .WithEndpoint("http", static endpoint => endpoint.IsExternal = true)
        .WithHttpHealthCheck(ServiceEndpoints.ReadyPath, endpointName: "http")
            .WithServers(servers)
        .WithReference(processor)
        .WithReplicas(settings.Routers)
        .WithPublishedApiKey()
        .WithoutPublishedStorage()
        .WithLinks()
        .WithDashboardCommands()
        .WithBanner(settings);
    processor.WithPublishedSecret(worker, router);
}
