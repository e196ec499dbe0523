using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;

namespace Artorizer.AppHost.Embedded;

/// <summary>Looks before the services start, so that a port in use gives one sentence that names the option, not a stack trace.</summary>
internal static class Ports
{
    public static void RequireFree(EmbeddedHostOptions options)
    {
        var ports = new[] { ("--port", options.Port), ("--grpc-port", options.GrpcPort), ("--processor-port", options.ProcessorPort) };
        if (ports.DistinctBy(p => p.Item2).Count() < ports.Length)
        {
            throw new ValidationException("--port, --grpc-port and --processor-port must differ.");
        }

        foreach (var (option, port) in ports)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                socket.Listen();
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                throw new ValidationException(e.SocketErrorCode == SocketError.AccessDenied
                    ? $"Port {port} may not be used by this user; choose another with {option}."
                    : $"Port {port} is in use by another program; stop it or choose another port with {option}.");
            }
        }
    }
}
