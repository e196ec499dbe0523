using Artorizer.Infrastructure.Embedded;
using Artorizer.Worker;

var builder = WebApplication.CreateBuilder(args);
builder.AddWorker();
builder.Services.AddEmbeddedStores(builder.Configuration);

var app = builder.Build();
app.MapWorker();
await app.RunAsync();
