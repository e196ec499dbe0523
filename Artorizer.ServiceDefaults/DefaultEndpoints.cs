using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.Hosting;

/// <summary>Where a service listens when nobody says.</summary>
public static class DefaultEndpoints
{
    /// <summary>
    /// Adds a Kestrel endpoint, unless addresses are configured: by <c>Kestrel:Endpoints</c>, as an AppHost does, or by
    /// <c>ASPNETCORE_URLS</c>. Kestrel takes endpoints before addresses, so a default in appsettings would win over both.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="name">Name of the endpoint.</param>
    /// <param name="url">Such as <c>http://localhost:8000</c>.</param>
    /// <param name="protocols">HTTP/2 alone for gRPC, since without TLS there is nothing to negotiate by.</param>
    public static WebApplicationBuilder ListenByDefault(this WebApplicationBuilder builder, string name, string url, HttpProtocols protocols)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var configuration = builder.Configuration;
        var configured = configuration.GetSection("Kestrel:Endpoints").GetChildren().Any(e => e[Marker] is null)
            || !string.IsNullOrEmpty(configuration["urls"])
            || !string.IsNullOrEmpty(configuration["http_ports"]);
        if (!configured)
        {
            configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                [$"Kestrel:Endpoints:{name}:Url"] = url,
                [$"Kestrel:Endpoints:{name}:Protocols"] = protocols.ToString(),
                [$"Kestrel:Endpoints:{name}:{Marker}"] = "true",
            });
        }

        return builder;
    }

    // Tells our own endpoints from configured ones when a service adds a second.
    private const string Marker = "ByDefault";
}
