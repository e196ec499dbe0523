using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Artorizer.Router.Limits;

/// <summary>
/// Holds connections of HTTP/2 alone to <see cref="RouterLimits.RequestHeadersTimeout"/> before the server does: it waits for the rest of a
/// preface or of a frame as long as for a request, and measures headers only once their first frame is whole.
/// </summary>
internal static class FrameTimeouts
{
    /// <summary>Goes before the HTTP server.</summary>
    /// <param name="endpoint">Any endpoint; others than those of HTTP/2 alone are left as they are.</param>
    /// <param name="limit">From the first byte of a preface or a frame to its last.</param>
    /// <param name="time">The clock.</param>
    public static void UseFrameTimeouts(this ListenOptions endpoint, TimeSpan limit, TimeProvider time) => endpoint.Use(next => async connection =>
    {
        // What the endpoint speaks is configured after this.
        if (endpoint.Protocols != HttpProtocols.Http2)
        {
            await next(connection);
            return;
        }

        var transport = connection.Transport;
        await using var input = new FrameReader(
            transport.Input, () => connection.Abort(new ConnectionAbortedException("Half a preface or frame came, and then nothing.")), limit, time);
        connection.Transport = new Pair(input, transport.Output);
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
