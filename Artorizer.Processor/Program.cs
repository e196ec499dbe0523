using Artorizer.Processor;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateBuilder(args);
builder.ListenByDefault("Grpc", "http://localhost:8000", HttpProtocols.Http2);
builder.AddServiceDefaults();
builder.AddProcessor();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapProcessor();
await app.RunAsync();
