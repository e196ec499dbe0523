using System.Buffers.Binary;
using System.Globalization;
using Artorizer.Imaging;
using Artorizer.Jobs.Objects;

namespace Artorizer.Router.Jobs;

/// <summary>Tells the dimensions of a mask in headers, so that a client can make room before the body comes.</summary>
internal static class MaskHeaders
{
    public static async Task AddAsync(HttpResponse response, IObjectStore objects, string key, CancellationToken cancellationToken)
    {
        await using var content = await objects.OpenAsync(key, 0, SacMask.HeaderLength, cancellationToken);
        if (content is null)
        {
            return;
        }

        var header = new byte[SacMask.HeaderLength];
        await content.Stream.ReadExactlyAsync(header, cancellationToken);
        response.Headers["X-SAC-Length-A"] = Number(header, 8);
        response.Headers["X-SAC-Length-B"] = Number(header, 12);
        response.Headers["X-SAC-Width"] = Number(header, 16);
        response.Headers["X-SAC-Height"] = Number(header, 20);
    }

    private static string Number(byte[] header, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(offset)).ToString(CultureInfo.InvariantCulture);
}
