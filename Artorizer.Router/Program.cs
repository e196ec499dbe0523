using Artorizer.Infrastructure.Embedded;
using Artorizer.Router;

var builder = WebApplication.CreateBuilder(args);
builder.AddRouter();
builder.Services.AddEmbeddedStores(builder.Configuration);

var app = builder.Build();
app.MapRouter();
app.MapEmbeddedObjects();
await app.RunAsync();
