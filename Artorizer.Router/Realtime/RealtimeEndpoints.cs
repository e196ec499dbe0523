using System.Net.WebSockets;
using Artorizer.Contracts.Wire;
using Artorizer.Jobs;
using Artorizer.Jobs.Events;
using Artorizer.Jobs.Objects;
using Artorizer.Router.Errors;
using Artorizer.Router.Jobs;
using Artorizer.Router.Limits;
using Artorizer.Router.Security;
using Artorizer.Router.Uploads;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Realtime;

/// <summary>
/// WebSockets (RFC 6455, and RFC 8441 over HTTP/2): uploads with progress at <c>/protect</c>, progress alone
/// at <c>/jobs/{id}/progress</c>.
/// </summary>
internal static partial class RealtimeEndpoints
{
    /// <summary>Offered by pages beside the key, and chosen by us, for browsers insist on one of theirs being chosen.</summary>
    public const string SubProtocol = "artorizer";

    private const int UploadBuffer = 64 * 1024;
    private const int ProgressBuffer = 256;

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Connect];

    public static IServiceCollection AddRealtime(this IServiceCollection services)
    {
        services.AddSingleton<ProtectSocket>();
        services.AddOptions<WebSocketOptions>().Configure<IOptions<UploadOptions>>((sockets, uploads) =>
        {
            sockets.KeepAliveInterval = uploads.Value.KeepAlive;
            sockets.KeepAliveTimeout = uploads.Value.KeepAlive;
        });
        return services;
    }

    public static void UseRealtime(this WebApplication app) => app.UseWebSockets();

    public static void MapRealtime(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/protect", Methods, ProtectAsync)
            .CountStreams()
            .WithTags("Images")
            .WithSummary("Submit an image over a WebSocket, with resume and progress")
            .WithDescription("""
                First a text message with the fields of POST /protect, and optionally `size`, `filename`, `content_type`, `sha256`; then the
                file in binary messages; then `{"type":"end"}`. After a break, `{"type":"resume","upload_id":…}` on a new connection goes on.
                The server sends `accepted`, `received`, `queued`, then the job's events until `completed` or `failed`; `error` before it closes otherwise.
                """)
            .Produces(StatusCodes.Status101SwitchingProtocols).Produces(StatusCodes.Status426UpgradeRequired);
        routes.MapMethods("/jobs/{id}/progress", Methods, ProgressAsync)
            .CountStreams()
            .WithTags("Jobs")
            .WithSummary("Live progress over a WebSocket; resumes with ?after=")
            .Produces(StatusCodes.Status101SwitchingProtocols).Produces(StatusCodes.Status404NotFound).Produces(StatusCodes.Status426UpgradeRequired);
    }

    private static async Task ProtectAsync(
        HttpContext http, ProtectSocket conversation, IHostApplicationLifetime lifetime, TimeProvider time, ILoggerFactory loggers)
    {
        RequireUpgrade(http);
        await HoldAsync(http, UploadBuffer, conversation.RunAsync, lifetime, time, loggers);
    }

    private static async Task ProgressAsync(
        HttpContext http, IJobStore jobs, IJobEvents events, IHostApplicationLifetime lifetime, TimeProvider time, ILoggerFactory loggers, string id)
    {
        var job = await JobEndpoints.FindAsync(http, jobs, id);
        var after = JobEventStream.LastSequence(http.Request);
        RequireUpgrade(http);
        await HoldAsync(
            http,
            ProgressBuffer,
            (channel, _, cancellationToken) => ProgressSocket.RunAsync(channel, job, after, jobs, events, cancellationToken),
            lifetime,
            time,
            loggers);
    }

    // Every conversation ends here: done, refused with a reason, gone, or cut short by a stop of the server.
    private static async Task HoldAsync(
        HttpContext http,
        int buffer,
        Func<SocketChannel, string, CancellationToken, Task> conversation,
        IHostApplicationLifetime lifetime,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        var offered = http.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol, StringComparer.Ordinal);
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { SubProtocol = offered ? SubProtocol : null });
        var timeout = http.RequestServices.GetRequiredService<IOptionsMonitor<RouterLimits>>().CurrentValue.MaxReadPause;
        await using var channel = new SocketChannel(socket, buffer, timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await conversation(channel, http.Owner(), stop.Token);
        }
        catch (SocketClosedException)
        {
            await channel.CloseAsync(WebSocketCloseStatus.NormalClosure, "");
        }
        catch (OperationCanceledException) when (http.IsKeyRemoved())
        {
            await RefuseAsync(channel, KeyRemoval.Refusal(), http, loggers);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Gone without a word.
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await channel.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "The server is being stopped; resume in a moment.");
        }
        catch (Exception e)
        {
            await RefuseAsync(channel, e, http, loggers);
        }
    }

    private static async Task RefuseAsync(SocketChannel channel, Exception exception, HttpContext http, ILoggerFactory loggers)
    {
        var error = exception switch
        {
            ApiException e => e,
            WireFormatException e => ApiException.Malformed(e),
            StorageFullException =>
                new ApiException(StatusCodes.Status507InsufficientStorage, "Storage full", "The storage is full. Resume when there is room."),
            StoreUnavailableException => ApiException.StoreUnavailable(),
            _ => new ApiException(StatusCodes.Status500InternalServerError, "Internal error", "Something unforeseen happened. It was logged."),
        };
        if (error.Status == StatusCodes.Status500InternalServerError)
        {
            LogFailed(loggers.CreateLogger(typeof(RealtimeEndpoints)), exception, http.Request.Path);
        }

        try
        {
            await channel.SendAsync(
                new ErrorMessage(error.Error, error.Detail, error.Status, error.Field, error.Code, error.Errors),
                SocketJsonContext.Default.ErrorMessage,
                CancellationToken.None);
        }
        catch (SocketClosedException)
        {
            return;
        }

        // RFC 6455 §7.4.1 and the IANA registry; the longest reason that fits a control frame has 123 bytes.
        var status = error.Status switch
        {
            StatusCodes.Status413PayloadTooLarge => WebSocketCloseStatus.MessageTooBig,
            StatusCodes.Status503ServiceUnavailable or StatusCodes.Status423Locked or StatusCodes.Status507InsufficientStorage =>
                (WebSocketCloseStatus)1013,
            >= 500 => WebSocketCloseStatus.InternalServerError,
            _ => WebSocketCloseStatus.PolicyViolation,
        };
        await channel.CloseAsync(status, error.Error.Length <= 120 && error.Error.All(char.IsAscii) ? error.Error : "");
    }

    private static void RequireUpgrade(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            // A header set here would be lost with the rest of the response when the error is written.
            http.Response.OnStarting(() =>
            {
                http.Response.Headers.Upgrade = "websocket";
                return Task.CompletedTask;
            });
            throw new ApiException(
                StatusCodes.Status426UpgradeRequired, "Upgrade required", "This address speaks WebSocket: send Upgrade: websocket.");
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The WebSocket at {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string path);
}
