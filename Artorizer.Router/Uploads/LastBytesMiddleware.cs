using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Artorizer.Router.Uploads;

/// <summary>Puts <see cref="LastBytesReader"/> before the HTTP server on every connection.</summary>
internal static class LastBytesMiddleware
{
    public static void UseLastBytes(this IConnectionBuilder connections) => connections.Use(next => async connection =>
    {
        var transport = connection.Transport;
        connection.Transport = new Pair(new LastBytesReader(transport.Input), transport.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    });

    private sealed record Pair(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
