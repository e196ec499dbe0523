using System.Net;
using System.Net.Sockets;

namespace Artorizer.Testing.Processes;

/// <summary>
/// Ports of the loopback interface that were free a moment ago. They lie below those that systems give to outgoing
/// connections, or one of these, even a client's own attempt to reach a server that is down, could take the port of a
/// server that is about to start.
/// </summary>
public static class FreePorts
{
    private const int Lowest = 15000;
    private const int Highest = 32000;

    /// <summary>One port.</summary>
    public static int Take() => Take(1)[0];

    /// <summary>Several, no two of them the same.</summary>
    public static int[] Take(int count)
    {
        // Held open together until all are known, so that no port is given twice.
        var listeners = new List<TcpListener>(count);
        try
        {
            while (listeners.Count < count)
            {
                var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(Lowest, Highest + 1));
                try
                {
                    listener.Start();
                    listeners.Add(listener);
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
                {
                    listener.Dispose();
                }
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}
