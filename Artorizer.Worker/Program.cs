using Artorizer.Worker;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateBuilder(args);
builder.ListenByDefault("Http", "http://localhost:8001", HttpProtocols.Http1);
builder.AddServiceDefaults();
builder.AddWorker();
builder.AddStores();

var app = builder.Build();
app.MapWorker();
await app.RunAsync();
