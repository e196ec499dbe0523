using System.Buffers;
using Artorizer.Contracts.Wire;
using Google.Protobuf;

namespace Artorizer.Router.Grpc;

/// <summary>Views as generated messages. Both share one schema, so the bytes of one are the bytes of the other.</summary>
internal static class ProtoViews
{
    private static readonly ProtobufWireProtocol Protocol = new();

    public static TMessage ToMessage<TView, TMessage>(TView view)
        where TView : notnull
        where TMessage : IMessage<TMessage>, new()
    {
        var buffer = new ArrayBufferWriter<byte>();
        Protocol.Serialize(view, buffer);
        var message = new TMessage();
        message.MergeFrom(buffer.WrittenSpan);
        return message;
    }

    /// <summary>The fields of a request under the names of the HTTP contract.</summary>
    public static IReadOnlyList<WireField> Fields(IMessage request) => Protocol.ReadFields(new ReadOnlySequence<byte>(request.ToByteArray()));
}
