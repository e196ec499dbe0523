using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;

namespace Artorizer.Standalone;

/// <summary>Looks before the services start, so that a port in use gives one sentence that names the option, not a stack trace.</summary>
internal static class Ports
{
    public static void RequireFree(StandaloneOptions options)
    {
        var ports = new[]
        {
            ("--port", options.Port, options.Address),
            ("--grpc-port", options.GrpcPort, options.Address),
            ("--processor-port", options.ProcessorPort, "127.0.0.1"),
        };
        if (ports.DistinctBy(p => p.Item2).Count() < ports.Length)
        {
            throw new ValidationException("--port, --grpc-port and --processor-port must differ.");
        }

        foreach (var (option, port, address) in ports)
        {
            foreach (var ip in Addresses(address))
            {
                Require(option, new IPEndPoint(ip, port));
            }
        }
    }

    private static void Require(string option, IPEndPoint endpoint)
    {
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (endpoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            socket.Bind(endpoint);
            socket.Listen();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new ValidationException($"Port {endpoint.Port} is in use by another program; stop it or choose another port with {option}.");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new ValidationException($"Port {endpoint.Port} may not be used by this user; choose another with {option}.");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable && !endpoint.Address.Equals(IPAddress.IPv6Loopback))
        {
            throw new ValidationException($"{endpoint.Address} is not an address of this machine; choose another with --address.");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            // No IPv6 here: Kestrel leaves that half of localhost out, too.
        }
    }

    private static IPAddress[] Addresses(string address) => address switch
    {
        "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        "*" or "+" => [IPAddress.Any],
        _ when IPAddress.TryParse(address.Trim('[', ']'), out var ip) => [ip],
        _ => throw new ValidationException($"--address must be localhost, an IP address, or * for all; '{address}' is none of these."),
    };
}
