using System.Buffers;
using System.Runtime.CompilerServices;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.ProtectionRpc;
using Artorizer.Contracts.TaskRpc;
using Artorizer.Contracts.Wire;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using TaskRequest = Artorizer.Contracts.Api.TaskRequest;

namespace Artorizer.Client.Transport;

/// <summary>The gRPC API.</summary>
internal sealed partial class GrpcTransport : ITransport
{
    private const string IdempotencyKey = "idempotency-key";

    private static readonly ProtobufWireProtocol Protobuf = new();

    private readonly GrpcChannel _channel;
    private readonly TaskDaemon.TaskDaemonClient _tasks;
    private readonly Protection.ProtectionClient _protection;
    private readonly ArtorizerClientOptions _options;
    private readonly Uri _server;

    public GrpcTransport(Uri server, ArtorizerClientOptions options, HttpMessageHandler handler)
    {
        (_server, _options) = (server, options);

        // A single task may be larger than the default limit of 4 MiB.
        _channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpHandler = handler, MaxReceiveMessageSize = null });
        _tasks = new TaskDaemon.TaskDaemonClient(_channel);
        _protection = new Protection.ProtectionClient(_channel);
    }

    public void Dispose() => _channel.Dispose();

    public async Task<TaskSubmittedView> QueueTaskAsync(TaskRequest request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var message = ToMessage<TaskRequest, Contracts.TaskRpc.TaskRequest>(request);
        var options = Options(_options.Timeouts.Call, cancellationToken);
        if (idempotencyKey is not null)
        {
            options.Headers!.Add(IdempotencyKey, idempotencyKey);
        }

        using var call = _tasks.QueueTaskAsync(message, options);
        return ToView<TaskResponse, TaskSubmittedView>(await AwaitAsync(call.ResponseAsync, cancellationToken).ConfigureAwait(false));
    }

    public async Task<TaskView> GetTaskAsync(int id, CancellationToken cancellationToken) =>
        ToView<TaskInfo, TaskView>(await CallAsync(o => _tasks.GetTaskAsync(new TaskIdRequest { TaskId = id }, o), cancellationToken).ConfigureAwait(false));

    public async Task<TaskView[]> ListTasksAsync(int limit, int? before, CancellationToken cancellationToken)
    {
        var request = new ListRequest { Limit = limit };
        if (before is { } id)
        {
            request.Before = id;
        }

        var list = await CallAsync(o => _tasks.ListTasksAsync(request, o), cancellationToken).ConfigureAwait(false);
        return [.. list.Tasks.Select(ToView<TaskInfo, TaskView>)];
    }

    public async Task DeleteTaskAsync(int id, CancellationToken cancellationToken) =>
        RequireSuccess(await CallAsync(o => _tasks.DeleteTaskAsync(new TaskIdRequest { TaskId = id }, o), cancellationToken).ConfigureAwait(false), 404);

    public async Task RedriveTaskAsync(int id, CancellationToken cancellationToken) =>
        RequireSuccess(await CallAsync(o => _tasks.RedriveTaskAsync(new TaskIdRequest { TaskId = id }, o), cancellationToken).ConfigureAwait(false), 404);

    public async Task<TaskMetricsView> GetMetricsAsync(CancellationToken cancellationToken) =>
        ToView<MetricsSummary, TaskMetricsView>(await CallAsync(o => _tasks.GetMetricsAsync(new Empty(), o), cancellationToken).ConfigureAwait(false));

    public async IAsyncEnumerable<TaskView> StreamTasksAsync(TaskFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new StreamRequest { IncludeExisting = filter.IncludeExisting };
        request.TaskIds.AddRange(filter.TaskIds);
        request.TaskTypes.AddRange(filter.TaskTypes);
        using var call = _tasks.StreamTasks(request, Options(null, cancellationToken));
        while (await NextAsync(call.ResponseStream, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false))
        {
            yield return ToView<TaskInfo, TaskView>(call.ResponseStream.Current);
        }
    }

    private CallOptions Options(TimeSpan? limit, CancellationToken cancellationToken)
    {
        var headers = new Metadata();
        if (_options.ApiKey is { } key)
        {
            headers.Add("authorization", $"Bearer {key}");
        }

        return new CallOptions(headers, _options.TimeProvider.GetUtcNow().UtcDateTime + limit, cancellationToken);
    }

    private async Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellationToken)
    {
        using var call = start(Options(_options.Timeouts.Call, cancellationToken));
        return await AwaitAsync(call.ResponseAsync, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> AwaitAsync<T>(Task<T> response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw GrpcFailures.Of(e, _server);
        }
    }

    private async Task<bool> NextAsync<T>(IAsyncStreamReader<T> messages, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await messages.MoveNext(cancellationToken).WaitAsync(limit, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw GrpcFailures.Of(e, _server);
        }
        catch (TimeoutException e)
        {
            throw HttpFailures.OfConnection(e, _server);
        }
    }

    private static void RequireSuccess(ActionResponse response, int status)
    {
        if (!response.Success)
        {
            throw new ArtorizerException(response.Message) { Status = status };
        }
    }

    // Both share one schema, so the bytes of one are the bytes of the other.
    private static TView ToView<TMessage, TView>(TMessage message)
        where TMessage : IMessage
        where TView : notnull
    {
        try
        {
            return Protobuf.Deserialize<TView>(new ReadOnlySequence<byte>(message.ToByteArray()));
        }
        catch (WireFormatException e)
        {
            throw new ArtorizerException($"The server's answer cannot be read: {e.Message}", e) { Status = 200 };
        }
    }

    private static TMessage ToMessage<TView, TMessage>(TView view)
        where TView : notnull
        where TMessage : IMessage<TMessage>, new()
    {
        var buffer = new ArrayBufferWriter<byte>();
        Protobuf.Serialize(view, buffer);
        var message = new TMessage();
        message.MergeFrom(buffer.WrittenSpan);
        return message;
    }
}
