using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Artorizer.Jobs.Engine.Connection;

/// <summary>Connects when the host starts, and says in the log when the last engine is gone and when one is back.</summary>
internal sealed partial class EngineConnectionLog(EngineChannel channel, ILogger<EngineConnectionLog> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Completes once connected, or never while no engine is there; what is told does not depend on it.
        _ = channel.ConnectAsync(stoppingToken);
        bool? connected = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            // Read once: a change between two looks would be waited out.
            var state = channel.State;
            if (state == ConnectivityState.Ready && connected != true)
            {
                connected = true;
                LogConnected();
            }
            else if (state == ConnectivityState.TransientFailure && connected != false)
            {
                connected = false;
                LogUnreachable();
            }

            try
            {
                await channel.WaitForChangeAsync(state, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Connected to the image engine")]
    private partial void LogConnected();

    [LoggerMessage(2, LogLevel.Warning, "No image engine can be reached; jobs that need one wait")]
    private partial void LogUnreachable();
}
