using Artorizer.Router;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateBuilder(args);
builder.ListenByDefault("Http", "http://localhost:7000", HttpProtocols.Http1);
builder.ListenByDefault("Grpc", "http://localhost:50051", HttpProtocols.Http2);
builder.AddServiceDefaults();
builder.AddRouter();
builder.AddStores();

var app = builder.Build();
app.MapRouter();
app.MapStores();
await app.RunAsync();
