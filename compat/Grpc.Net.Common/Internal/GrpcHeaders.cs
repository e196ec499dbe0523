using System.Net;

namespace Grpc.Net.Internal;

/// <summary>Names from https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.</summary>
internal static class GrpcHeaders
{
    public const string ContentType = "application/grpc";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Timeout = "grpc-timeout";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Identity = "identity";
    public const string BinarySuffix = "-bin";

    /// <summary>Asks the own side to compress with the named algorithm; taken out of the headers before they are sent.</summary>
    public const string RequestCompression = "grpc-internal-encoding-request";

    public static readonly Version Http2 = HttpVersion.Version20;

    /// <summary>True for <c>application/grpc</c> and its <c>+proto</c>-like forms, with or without parameters.</summary>
    public static bool IsGrpcContentType(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is ';' or '+');

    public static bool IsIdentity(string encoding) => string.Equals(encoding, Identity, StringComparison.Ordinal);

    public static bool IsBinary(string name) => name.EndsWith(BinarySuffix, StringComparison.OrdinalIgnoreCase);
}
