using Artorizer.Contracts.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace Artorizer.Contracts.Rpc;

/// <summary>
/// How messages get into and out of gRPC calls. Views of the API go through the same tables as over HTTP, so that no generated
/// message is made of them; requests, which have no view, are generated messages.
/// </summary>
internal static class RpcMarshallers
{
    private static readonly ProtobufWireProtocol Protocol = new();

    /// <summary>Of a view; the bytes are those of the generated message of the same schema.</summary>
    public static Marshaller<TView> View<TView>()
        where TView : class => new(Write, Read<TView>);

    /// <summary>Of a generated message.</summary>
    public static Marshaller<TMessage> Message<TMessage>()
        where TMessage : class, IMessage<TMessage>, new()
    {
        var parser = new MessageParser<TMessage>(() => new TMessage());
        return new(WriteMessage, context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
    }

    private static void Write<TView>(TView view, SerializationContext context)
        where TView : class
    {
        Protocol.Serialize(view, context.GetBufferWriter());
        context.Complete();
    }

    private static TView Read<TView>(DeserializationContext context)
        where TView : class => Protocol.Deserialize<TView>(context.PayloadAsReadOnlySequence());

    private static void WriteMessage<TMessage>(TMessage message, SerializationContext context)
        where TMessage : class, IMessage<TMessage>
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }
}
