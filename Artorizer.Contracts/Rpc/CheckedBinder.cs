using Google.Protobuf;
using Grpc.Core;

namespace Artorizer.Contracts.Rpc;

/// <summary>
/// Binds the calls of a service such that a message that is no Protobuf, or whose texts are no UTF-8, ends its call with
/// <c>INVALID_ARGUMENT</c>. Grpc.AspNetCore takes it for a fault of the server, <c>UNKNOWN</c> with a stack in the log.
/// </summary>
/// <param name="binder">Takes the calls.</param>
public sealed class CheckedBinder(ServiceBinderBase binder) : ServiceBinderBase
{
    /// <summary>What the sender of such a message is told.</summary>
    public static RpcException Refusal(InvalidProtocolBufferException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return new RpcException(new Status(StatusCode.InvalidArgument, $"The message is not valid Protobuf. {e.Message}"));
    }

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        binder.AddMethod(Checked(method), handler);

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) => binder.AddMethod(Checked(method), handler);

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) => binder.AddMethod(Checked(method), handler);

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) => binder.AddMethod(Checked(method), handler);

    private static Method<TRequest, TResponse> Checked<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        var read = method.RequestMarshaller.ContextualDeserializer;
        var checking = new Marshaller<TRequest>(method.RequestMarshaller.ContextualSerializer, context => Read(context, read));
        return new Method<TRequest, TResponse>(method.Type, method.ServiceName, method.Name, checking, method.ResponseMarshaller);
    }

    private static TRequest Read<TRequest>(DeserializationContext context, Func<DeserializationContext, TRequest> read)
        where TRequest : class
    {
        try
        {
            return read(context);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Refusal(e);
        }
    }
}
