using Artorizer.AppHost.Topology;

var builder = DistributedApplication.CreateBuilder(args);
var settings = TopologySettings.From(builder);

// What the services keep their state in.
var cache = builder.AddRedis("cache")
    .WithDataVolume()
    .WithAppendOnlyFile()
    .WithLifetimeOf(settings);

var queue = builder.AddRabbitMQ("queue")
    .WithDataVolume()
    .WithManagementPlugin()
    .WithStableNode()
    .WithLifetimeOf(settings);

var storage = builder.AddObjectStorage("storage")
    .WithLifetimeOf(settings);

var s3 = builder.AddConnectionString("s3", storage.Resource.ConnectionString);

// The image engine holds no state and no credentials: it reads from and writes to addresses that it is given.
var processor = builder.AddProject<Projects.Artorizer_Processor>("processor", ServiceEndpoints.FromModelOnly)
    .ListensToGrpc("grpc", containerPort: 8080)
    .ListensToHttp("http", containerPort: 8081)
    .WithHttpHealthCheck(ServiceEndpoints.ReadyPath, endpointName: "http")
    .WithReplicas(settings.Processors);

builder.AddProject<Projects.Artorizer_Worker>("worker", ServiceEndpoints.FromModelOnly)
    .ListensToHttp("http", containerPort: 8080)
    .WithHttpHealthCheck(ServiceEndpoints.ReadyPath, endpointName: "http")
    .WithReference(cache).WaitFor(cache)
    .WithReference(queue).WaitFor(queue)
    .WithReference(s3).WaitFor(storage)
    .WithReference(processor).WaitFor(processor)
    .WithReplicas(settings.Workers);

// It takes jobs while no image engine runs, so it waits for none.
builder.AddProject<Projects.Artorizer_Router>("router", ServiceEndpoints.FromModelOnly)
    .ListensToHttp("http", containerPort: 8080, settings.RouterPort)
    .ListensToGrpc("grpc", containerPort: 8081, settings.RouterGrpcPort)
    .WithEndpoint("http", static endpoint => endpoint.IsExternal = true)
    .WithHttpHealthCheck(ServiceEndpoints.ReadyPath, endpointName: "http")
    .WithReference(cache).WaitFor(cache)
    .WithReference(queue).WaitFor(queue)
    .WithReference(s3).WaitFor(storage)
    .WithReference(processor)
    .WithReplicas(settings.Routers)
    .WithPublishedApiKey()
    .WithoutPublishedStorage()
    .WithLinks()
    .WithDashboardCommands();

await builder.Build().RunAsync();
