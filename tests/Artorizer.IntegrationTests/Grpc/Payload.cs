using System.Security.Cryptography;

namespace Artorizer.IntegrationTests.Grpc;

/// <summary>The bytes that all peers send: 0 to 250, over and over.</summary>
internal static class Payload
{
    public static byte[] Create(int size)
    {
        var payload = new byte[size];
        for (var i = 0; i < size; i++)
        {
            payload[i] = (byte)(i % 251);
        }

        return payload;
    }

    public static string Sha256(params byte[][] payloads)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var payload in payloads)
        {
            hash.AppendData(payload);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
