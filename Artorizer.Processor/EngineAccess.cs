using System.Net;
using System.Security.Cryptography;
using System.Text;
using Grpc.AspNetCore.Server;
using Microsoft.Extensions.Options;

namespace Artorizer.Processor;

/// <summary>
/// Who may have the engine work: it reads from and writes to whatever address it is told, so that only services that know
/// <see cref="ProcessorOptions.Secret"/> are served, or, where there is none, callers on this machine. What the engine can do, and whether
/// it is well, is told to all.
/// </summary>
internal static class EngineAccess
{
    private const string Scheme = "Bearer ";

    /// <summary>Marks an endpoint as one that works.</summary>
    public static TBuilder RequireEngineSecret<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder =>
        {
            var method = builder.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault()?.Method.Name;
            if (method != nameof(Contracts.Engine.ImageEngine.ImageEngineBase.Describe)
                && builder.RequestDelegate is { } handle)
            {
                builder.RequestDelegate = http => IsAdmitted(http) ? handle(http) : RefuseAsync(http);
            }
        });
        return endpoint;
    }

    private static bool IsAdmitted(HttpContext http)
    {
        if (http.RequestServices.GetRequiredService<IOptionsMonitor<ProcessorOptions>>().CurrentValue.Secret is not { } secret)
        {
            // No address: a Unix domain socket, whose file permissions are the guard.
            return http.Connection.RemoteIpAddress is not { } remote || IPAddress.IsLoopback(remote);
        }

        // Hashed, so that the time it takes tells nothing of how much is right.
        var given = http.Request.Headers.Authorization.ToString();
        return given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(given[Scheme.Length..].Trim()), Hash(secret));
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static Task RefuseAsync(HttpContext http)
    {
        const string Sentence = "The image engine serves only those that know its secret: Processor:Secret here, Engine:Secret there.";
        if (http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            return TypedResults.Problem(Sentence, statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(http);
        }

        // By headers alone, which clients take for trailers ("Trailers-Only" in PROTOCOL-HTTP2.md).
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = "16";
        http.Response.Headers["grpc-message"] = Sentence;
        return http.Response.CompleteAsync();
    }
}
