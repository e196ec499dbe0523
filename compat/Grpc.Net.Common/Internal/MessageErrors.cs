using Grpc.Core;

namespace Grpc.Net.Internal;

/// <summary>The statuses of messages that break a limit or the framing.</summary>
internal static class MessageErrors
{
    public static RpcException ReceivedTooLarge() =>
        New(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");

    public static RpcException SentTooLarge() =>
        New(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size.");

    public static RpcException Incomplete() => New(StatusCode.Internal, "Incomplete message.");

    public static RpcException AdditionalData() => New(StatusCode.Internal, "Additional data after the message received.");

    public static RpcException BadCompressedFlag() => New(StatusCode.Internal, "Unexpected compressed flag value in message header.");

    public static RpcException CompressedWithoutEncoding() =>
        New(StatusCode.Internal, "Request did not include grpc-encoding value with compressed message.");

    public static RpcException CompressedAsIdentity() =>
        New(StatusCode.Internal, "Request sent 'identity' grpc-encoding value with compressed message.");

    public static RpcException UnknownEncoding(string encoding, IEnumerable<string> supported) =>
        New(StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {string.Join(", ", supported)}");

    public static RpcException CannotDecompress(Exception cause) =>
        new(new Status(StatusCode.Internal, "The compressed message could not be decompressed.", cause));

    private static RpcException New(StatusCode code, string detail) => new(new Status(code, detail));
}
